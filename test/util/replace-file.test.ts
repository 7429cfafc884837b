import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { followLink, hasCode, replaceFile } from '../../src/util/replace-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a file that is replaced', () => {
  test('has the new content and rights, and nothing is left beside it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFile(path, 'old', { mode: 0o644 });

    const replaced = await replaceFile(path, 'new', 0o600);

    expect(replaced).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('stays as it was where it may not be replaced after all', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFile(path, 'old');

    const replaced = await replaceFile(path, 'new', 0o600, () => Promise.resolve(false));

    expect(replaced).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('leaves nothing behind where it cannot be replaced', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'file'));

    const replacing = replaceFile(join(folder, 'file'), 'new', 0o600);

    await expect(replacing).rejects.toThrow('EISDIR');
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('is the one behind a link, and a path that leads nowhere is itself', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await symlink('file', join(folder, 'link'));

    const followed = await Promise.all(['link', 'file', 'gone'].map((name) => followLink(join(folder, name))));

    expect(followed.map((path) => path.slice(folder.length + 1))).toEqual(['file', 'file', 'gone']);
  });

  test('that fails says so with a code', () => {
    const error = Object.assign(new Error('gone'), { code: 'ENOENT' });

    expect([hasCode(error, 'ENOENT'), hasCode(error, 'EISDIR'), hasCode('ENOENT', 'ENOENT')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
