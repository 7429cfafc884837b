import { locate } from './locate.ts';
import { type Tool, TOOLS } from './versions.ts';

/** Ends with 0 when the programs of the suite in the only argument that take long to build are there; builds nothing. */
const suite = process.argv[2];
const missing = (TOOLS as readonly Tool[]).filter(
  (tool) => tool.kind === 'module' && tool.suite === suite && locate(tool).kind === 'missing',
);
for (const { name, install } of missing) process.stderr.write(`${name} ${install ?? ''} is not built yet.\n`);
process.exitCode = missing.length === 0 ? 0 : 1;
