import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file and directory below a folder with its kind, mode, content and times of change: what a reader must leave alone. */
export async function treeState(folder: string): Promise<ReadonlyMap<string, string>> {
  const state = new Map<string, string>();
  for (const name of ['', ...(await readdir(folder, { recursive: true })).toSorted()]) {
    const path = join(folder, name);
    const facts = await lstat(path, { bigint: true });
    const content = facts.isFile() ? hash(await readFile(path)) : facts.isSymbolicLink() ? await readlink(path) : '';
    state.set(name, [facts.mode, facts.size, facts.mtimeNs, facts.ctimeNs, facts.ino, content].join(' '));
  }
  return state;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
