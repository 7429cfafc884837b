import { locate } from './locate.ts';
import { type ToolName, TOOLS } from './versions.ts';

const known = new Map<ToolName, string>();

/** The path of a program that the tests need; throws with the way to get it where it is missing. */
export function toolPath(name: ToolName): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const located = TOOLS.filter((tool) => tool.name === name).map(locate)[0];
  if (located?.kind !== 'found') throw new Error(located?.problem ?? `${name} is not in the table of tools`);
  known.set(name, located.path);
  return located.path;
}
