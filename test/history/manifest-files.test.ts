import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createManifestFiles } from '../../src/history/manifest-files.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { silentLog } from '../../src/util/log.ts';
import { keepLog } from '../cli/kept-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const bytes = Buffer.from('{"schemaVersion":2}\n');
const digest = digestOf(bytes);
const entry = { bytes, mediaType: 'application/vnd.oci.image.manifest.v1+json', gotAt: Date.UTC(2026, 0, 2, 3, 4, 5) };
const DAY = 86_400_000;

async function withFiles() {
  const folder = await temporaryFolder();
  return { folder, files: createManifestFiles(folder, 'prod', silentLog) };
}

async function pathIn(folder: string): Promise<string> {
  const [name = ''] = await readdir(folder, { recursive: true }).then((all) =>
    all.filter((one) => one.includes('sha256-')),
  );
  return join(folder, name);
}

describe('createManifestFiles', () => {
  test('keeps a manifest with its type and its time', async () => {
    const { files } = await withFiles();

    await files.write('team/app', digest, entry);

    expect(await files.read('team/app', digest)).toEqual(entry);
  });

  test('keeps none that is large: any number of them would be held', async () => {
    const { files, folder } = await withFiles();
    const large = Buffer.alloc(256 * 1024 + 1);

    await files.write('team/app', digestOf(large), { ...entry, bytes: large });

    expect(await files.read('team/app', digestOf(large))).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  test('keeps it for its repository and its registry alone', async () => {
    const { folder, files } = await withFiles();
    await files.write('team/app', digest, entry);

    expect(await files.read('team/web', digest)).toBeNull();
    expect(await createManifestFiles(folder, 'stage', silentLog).read('team/app', digest)).toBeNull();
  });

  test.each(['../../../etc/passwd', `sha256:${'0'.repeat(63)}/`, '', 'md5:00'])('has no file for %j', async (name) => {
    const { folder, files } = await withFiles();

    await files.write('../..', name, entry);

    expect(await files.read('../..', name)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['other bytes', 'application/json\n{}'],
    ['nothing', ''],
    ['no line', bytes],
    ['more bytes', Buffer.concat([Buffer.from('application/json\n'), bytes, bytes])],
    ['an endless type', `${'a'.repeat(5000)}\n${bytes.toString()}`],
  ])('takes a file with %s for none', async (_name, content) => {
    const { folder, files } = await withFiles();
    await files.write('team/app', digest, entry);
    await writeFile(await pathIn(folder), content);

    expect(await files.read('team/app', digest)).toBeNull();
  });

  test('does not follow a link, and takes a folder for none', async () => {
    const { folder, files } = await withFiles();
    await files.write('team/app', digest, entry);
    const path = await pathIn(folder);
    await rename(path, `${path}.kept`);
    await symlink(`${path}.kept`, path);
    const linked = await files.read('team/app', digest);
    await rm(path);
    await mkdir(path);

    expect([linked, await files.read('team/app', digest)]).toEqual([null, null]);
  });

  test('says once that it cannot write, and goes on', async () => {
    const { folder } = await withFiles();
    await writeFile(join(folder, 'prod'), 'a file');
    const log = keepLog();
    const files = createManifestFiles(folder, 'prod', log);

    await files.write('team/app', digest, entry);
    await files.write('team/web', digest, entry);

    expect(log.lines.map(({ message }) => message)).toEqual(['Manifests cannot be kept for the next run']);
  });

  test('takes away what is two days old, over all turns, and nothing else', async () => {
    const { folder, files } = await withFiles();
    const now = entry.gotAt + 10 * DAY;
    for (let index = 0; index < 64; index += 1) {
      await files.write(`old/${index}`, digest, entry);
      await files.write(`new/${index}`, digest, { ...entry, gotAt: now - DAY });
    }

    await files.prune(0.5, now);
    const afterOne = (await readdir(folder, { recursive: true })).filter((one) => one.includes('sha256-')).length;
    for (let turn = 0; turn < 16; turn += 1) await files.prune(turn / 16, now);

    expect(afterOne).toBeGreaterThan(64);
    expect(afterOne).toBeLessThan(128);
    const left = await Promise.all(Array.from({ length: 64 }, (_, index) => files.read(`new/${index}`, digest)));
    expect(left.every((one) => one !== null)).toBe(true);
    expect(await files.read('old/1', digest)).toBeNull();
  });
});
