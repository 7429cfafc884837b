import { rmSync } from 'node:fs';
import { chmod, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkStateFile, createStateFile, StateFileError } from '../../src/history/state-file.ts';
import type { StateStore } from '../../src/history/store.ts';
import { createRealClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { NEVER, PROD } from './scene.ts';

const LAB = { registry: 'lab', shard: null };
const PROCESS = { pid: 7, host: 'here', pidSpace: '', isRunning: () => true };
const DEPS = { clock: createRealClock(), process: PROCESS };

async function scene(content?: string | Uint8Array) {
  const folder = await temporaryFolder();
  const path = join(folder, 'probe.state');
  if (content !== undefined) await writeFile(path, content);
  const file = createStateFile(path, DEPS);
  return { folder, path, file };
}

async function read(store: StateStore): Promise<string | null> {
  const kept = await store.read(NEVER);
  if (kept.kind === 'failed') throw new Error(kept.detail);
  return kept.bytes === null ? null : Buffer.from(kept.bytes).toString('latin1');
}

/** Adds a letter to what is kept. */
function add(store: StateStore, letter: string) {
  return store.write((kept) => Buffer.concat([kept ?? Buffer.alloc(0), Buffer.from(letter)]), NEVER);
}

describe('a state file', () => {
  test('keeps what was written, for its owner alone, and leaves nothing beside it', async () => {
    const { folder, path, file } = await scene();

    const written = await add(file.storeOf(PROD), 'a');

    expect(written).toEqual({ kind: 'written' });
    expect(await read(file.storeOf(PROD))).toBe('a');
    expect(await read(file.storeOf(LAB))).toBeNull();
    expect(await read(file.storeOf({ ...PROD, shard: 0 }))).toBeNull();
    expect(await readdir(folder)).toEqual(['probe.state']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('has nothing in it where there is none', async () => {
    const { file } = await scene();

    expect(await read(file.storeOf(PROD))).toBeNull();
  });

  test('keeps its rights, and is written where a link leads', async () => {
    const { folder, path, file } = await scene('');
    await chmod(path, 0o640);
    await symlink(path, join(folder, 'link'));

    await add(createStateFile(join(folder, 'link'), DEPS).storeOf(PROD), 'a');

    expect(await read(file.storeOf(PROD))).toBe('a');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).toSorted()).toEqual(['link', 'probe.state']);
  });

  test('loses nothing when several processes write at the same time, to one section and to others', async () => {
    const { path, file } = await scene();
    const letters = ['a', 'b', 'c', 'd', 'e', 'f'];

    const written = await Promise.all(
      letters.flatMap((letter, index) => {
        const other = createStateFile(path, { ...DEPS, process: { ...PROCESS, pid: 100 + index } });
        return [
          add(other.storeOf(PROD), letter),
          add(other.storeOf({ ...LAB, shard: index }), letter),
          add(file.storeOf(PROD), letter.toUpperCase()),
        ];
      }),
    );

    expect(new Set(written.map(({ kind }) => kind))).toEqual(new Set(['written']));
    const kept = await read(file.storeOf(PROD));
    expect(kept?.split('').toSorted().join('')).toBe('ABCDEFabcdef');
    const shards = await Promise.all(letters.map((_, shard) => read(file.storeOf({ ...LAB, shard }))));
    expect(shards).toEqual(letters);
  });

  test('keeps what others have in it, whatever it is', async () => {
    const theirs = Buffer.from([...Buffer.from('lab '), 0, 255, 13, 32, 128]);
    const { path, file } = await scene(Buffer.concat([theirs, Buffer.from('\nold/3 not%base64')]));

    await add(file.storeOf(PROD), 'a');

    const content = await readFile(path);
    expect(content.includes(Buffer.concat([theirs, Buffer.from('\n')]))).toBe(true);
    expect(content.includes('\nold/3 not%base64\n')).toBe(true);
  });

  test.each(['{"my": "notes"}\n', '\u0000\u0001'])(
    'that is something else is told as what is kept, and copied before it goes: %j',
    async (notes) => {
      const { folder, path, file } = await scene(notes);

      const before = await read(file.storeOf(PROD));
      await file.storeOf(PROD).write(() => Buffer.from('a'), NEVER);

      expect(before).toBe(notes);
      expect(await read(file.storeOf(PROD))).toBe('a');
      expect(await readFile(path, 'utf8')).not.toContain(notes);
      expect(await readFile(`${path}.damaged`, 'utf8')).toBe(notes);
      expect((await readdir(folder)).toSorted()).toEqual(['probe.state', 'probe.state.damaged']);
    },
  );

  test('that is far too long is not read, and counts as damaged', async () => {
    const { path, file } = await scene('');
    await truncate(path, 65 * 1024 * 1024);

    const kept = await read(file.storeOf(PROD));
    await add(file.storeOf(PROD), 'a');

    expect(kept).toBe('');
    expect(await read(file.storeOf(PROD))).toBe('a');
  });

  test('goes on with the next one when a write had a mistake in it', async () => {
    const { folder, file } = await scene();
    const mistake = file.storeOf(PROD).write(() => {
      throw new TypeError('a mistake');
    }, NEVER);

    const next = add(file.storeOf(LAB), 'a');

    await expect(mistake).rejects.toThrow('a mistake');
    expect(await next).toEqual({ kind: 'written' });
    expect(await readdir(folder)).toEqual(['probe.state']);
  });

  test('is not written when the lock was taken away meanwhile, but then once more', async () => {
    const { path, file } = await scene();
    await add(file.storeOf(LAB), 'x');
    let attempts = 0;

    const written = await file.storeOf(PROD).write(() => {
      attempts += 1;
      if (attempts === 1) rmSync(`${path}.lock`);
      return Buffer.from(`${attempts}`);
    }, NEVER);

    expect(written).toEqual({ kind: 'written' });
    expect(await read(file.storeOf(PROD))).toBe('2');
    expect(await read(file.storeOf(LAB))).toBe('x');
  });

  test('rejects what the file system refuses', async () => {
    const { folder } = await scene();
    const file = createStateFile(join(folder, 'gone', 'probe.state'), DEPS);

    await expect(add(file.storeOf(PROD), 'a')).rejects.toThrow('ENOENT');
  });
});

describe('before anything is asked', () => {
  test('a file that is there and one that is not are in order, and nothing is written', async () => {
    const { folder, path } = await scene('');

    await checkStateFile(path, false);
    await checkStateFile(join(folder, 'new.state'), false);

    expect(await readdir(folder)).toEqual(['probe.state']);
  });

  test.each([
    ['a folder', '.', 'it is not a regular file'],
    ['in a folder that is not there', 'gone/probe.state', 'there is no folder '],
    ['in a file', 'probe.state/probe.state', 'there is no folder '],
  ])('a file that is %s is refused', async (_, name, why) => {
    const { folder } = await scene('');

    const checked = checkStateFile(join(folder, name), false);

    await expect(checked).rejects.toThrow(StateFileError);
    await expect(checked).rejects.toThrow(why);
  });
});
