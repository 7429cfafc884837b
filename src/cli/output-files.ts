import { constants, type Stats } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { ConfigurationError } from '../config/problem.ts';
import { messageOf } from '../util/errors.ts';
import { hasCode } from '../util/replace-file.ts';

/** A file that is written in the end, and the setting that names it. */
export interface OutputFile {
  readonly setting: string;
  readonly path: string;
}

/**
 * Throws a `ConfigurationError` that names every file that could not be written, or that another setting names as well:
 * found now and not in the end, when all has been asked. A file is replaced in one step, so it is its folder that has to
 * be there and to be writable, and what is no file, such as `/dev/null`, would be gone. The others are only not to be
 * written over: who writes them has checked them.
 */
export async function checkOutputFiles(
  files: readonly OutputFile[],
  others: readonly OutputFile[] = [],
): Promise<void> {
  const problems = await Promise.all(files.map(problemOf));
  const lines = problems.filter((line) => line !== null);
  const all = [...files, ...others];
  const targets = await Promise.all(all.map(({ path }) => targetOf(path)));
  const twice = all.flatMap(({ setting, path }, index) => {
    const first = all[targets.indexOf(targets[index] ?? '')];
    return first === undefined || first.setting === setting ? [] : [`${setting}: ${path} is ${first.setting} as well`];
  });
  if (lines.length + twice.length > 0) throw new ConfigurationError([...lines, ...twice]);
}

async function problemOf({ setting, path }: OutputFile): Promise<string | null> {
  const folder = dirname(await targetOf(path));
  try {
    if (!(await stat(folder)).isDirectory()) return `${setting}: ${folder} is not a folder`;
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return `${setting}: nothing can be written into the folder ${folder}: ${messageOf(error)}`;
  }
  try {
    const there = await statOf(path);
    if (there === null || there.isFile()) return null;
    return `${setting}: ${path} is ${there.isDirectory() ? 'a folder' : 'not a regular file'}`;
  } catch (error) {
    return `${setting}: ${path} cannot be written: ${messageOf(error)}`;
  }
}

/** What is there, behind links; null where nothing is. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The file that is replaced: what a link leads to, or what is not there yet. */
async function targetOf(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(async () => {
    const folder = dirname(whole);
    return join(await realpath(folder).catch(() => folder), basename(whole));
  });
}
