import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { ConfigurationError } from '../config/problem.ts';
import { messageOf } from '../util/errors.ts';

/** A file that is written in the end, and the setting that names it. */
export interface OutputFile {
  readonly setting: string;
  readonly path: string;
}

/**
 * Throws a `ConfigurationError` that names every file that could not be written: found now and not in the end, when all
 * has been asked. A file is replaced in one step, so it is its folder that has to be there and to be writable.
 */
export async function checkOutputFiles(files: readonly OutputFile[]): Promise<void> {
  const problems = await Promise.all(files.map(problemOf));
  const lines = problems.filter((line) => line !== null);
  if (lines.length > 0) throw new ConfigurationError(lines);
}

async function problemOf({ setting, path }: OutputFile): Promise<string | null> {
  // What a link leads to is what is replaced.
  const target = await realpath(path).catch(() => resolve(path));
  const folder = dirname(target);
  try {
    if (!(await stat(folder)).isDirectory()) return `${setting}: ${folder} is not a folder`;
    await access(folder, constants.W_OK | constants.X_OK);
    const isFolder = await stat(target).then(
      (there) => there.isDirectory(),
      () => false,
    );
    return isFolder ? `${setting}: ${path} is a folder` : null;
  } catch (error) {
    return `${setting}: nothing can be written into the folder ${folder}: ${messageOf(error)}`;
  }
}
