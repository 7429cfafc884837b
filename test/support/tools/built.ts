import { whyNoNode } from '../node/possible.ts';
import { locate } from './locate.ts';
import type { Tool } from './tool.ts';
import { TOOLS } from './versions.ts';

/**
 * Ends with 0 when a suite, named as the only argument, can run without anything being built that takes long: the
 * programs are there, and the machine can have a node where one is needed. Otherwise says in one line why not, and ends
 * with 1. Builds nothing.
 */
const suite = process.argv[2];
const missing = (TOOLS as readonly Tool[]).filter(
  (tool) =>
    tool.kind === 'module' && tool.suites?.some((one) => one === suite) === true && locate(tool).kind === 'missing',
);
const notBuilt = missing.map(({ name, install }) => `${name} ${install ?? ''} is not built yet`);
const noNode = suite === 'node' ? whyNoNode() : null;
const problems = [...notBuilt, ...(noNode === null ? [] : [noNode])];
if (problems.length > 0) process.stdout.write(`${problems.join('; ')}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
