import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { checkOutputFiles } from '../../src/cli/output-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A folder with a file, a folder and two links in it. */
async function folderWithAll(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'inner'));
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'inner', 'behind'), join(folder, 'dangling'));
  await symlink(join(folder, 'file'), join(folder, 'link'));
  return folder;
}

async function problemsOf(...names: readonly string[]): Promise<unknown> {
  const folder = await folderWithAll();
  const files = names.map((name) => ({ setting: 'metricsFile', path: join(folder, name) }));
  return checkOutputFiles(files).then(
    () => [],
    (error: { readonly problems: readonly string[] }) => error.problems.map((line) => line.replaceAll(folder, '%DIR')),
  );
}

test.each(['file', 'new', 'inner/new', 'link', 'dangling'])(
  'a file that can be written is no problem: %s',
  async (name) => {
    expect(await problemsOf(name)).toEqual([]);
  },
);

test.each([
  [
    'missing/new',
    "nothing can be written into the folder %DIR/missing: ENOENT: no such file or directory, stat '%DIR/missing'",
  ],
  ['file/new', '%DIR/file is not a folder'],
  ['inner', '%DIR/inner is a folder'],
  ['x'.repeat(300), expect.stringMatching(/^metricsFile: %DIR\/x+ cannot be written: ENAMETOOLONG/)],
  ['a\0b', expect.stringMatching(/^metricsFile: %DIR\/a\0b cannot be written: .*null bytes/)],
])('a file that cannot be is one: %s', async (name, problem) => {
  expect(await problemsOf(name)).toEqual([typeof problem === 'string' ? `metricsFile: ${problem}` : problem]);
});

test('what is no file is one, for it would be replaced', async () => {
  const folder = await temporaryFolder();
  await symlink('/dev/null', join(folder, 'link'));

  for (const path of ['/dev/null', join(folder, 'link')]) {
    const checked = checkOutputFiles([{ setting: 'htmlFile', path }]);
    await expect(checked).rejects.toMatchObject({ problems: [`htmlFile: ${path} is not a regular file`] });
  }
});

test('the same file under two settings is one, however it is spelled', async () => {
  const folder = await folderWithAll();
  await symlink(folder, join(folder, 'around'));
  const file = (setting: string, ...names: readonly string[]) => ({ setting, path: [folder, ...names].join('/') });
  const given = [file('htmlFile', 'new'), file('junitFile', 'around', '.', 'new'), file('markdownFile', 'link')];
  const others = [file('metricsFile', 'file'), file('stateFile', 'other')];

  const problems = await checkOutputFiles(given, others).then(
    () => [],
    (error: { problems: readonly string[] }) => error.problems.map((line) => line.replaceAll(folder, '%DIR')),
  );

  expect(problems).toEqual([
    'junitFile: %DIR/around/./new is htmlFile as well',
    'metricsFile: %DIR/file is markdownFile as well',
  ]);
  await expect(checkOutputFiles([file('htmlFile', 'one'), file('junitFile', 'two')])).resolves.toBeUndefined();
});

test('a folder into which this user may not write is one', async () => {
  const folder = await temporaryFolder();
  await chmod(folder, 0o555);
  // Whoever may do everything may also do this.
  const isRoot = process.getuid?.() === 0;

  const checked = checkOutputFiles([{ setting: 'metricsFile', path: join(folder, 'new') }]);

  const problems = await checked.then(() => 'none', String);
  expect(problems).toContain(isRoot ? 'none' : `nothing can be written into the folder ${folder}: EACCES`);
});

test('each of them is told', async () => {
  expect(await problemsOf('missing/one', 'file', 'inner')).toHaveLength(2);
});
