import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';

/** The file behind a symbolic link: renaming over the link would leave the file behind it as it was. */
export async function followLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return path;
    throw error;
  }
}

/**
 * Writes beside the file and renames, so that whoever reads sees the old file or the new one, never half of it, and a
 * machine that stops has one of the two. `mayReplace` is asked last; false leaves everything as it was, and is returned.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  mode: number,
  mayReplace: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (await mayReplace()) {
      await rename(temporary, path);
      return true;
    }
    await rm(temporary, { force: true });
    return false;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether the file system, or the system, failed with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
