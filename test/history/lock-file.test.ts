import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { takeLock, type Lock, type ProcessIdentity } from '../../src/history/lock-file.ts';
import { createTestClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { NEVER } from './scene.ts';

const ME: ProcessIdentity = { pid: 7, host: 'here', pidSpace: 'pid:[1]', isRunning: (pid) => pid === 8 };

async function scene() {
  const folder = await temporaryFolder();
  const path = join(folder, 'state.lock');
  const clock = createTestClock(Date.now());
  const take = (process = ME, signal = NEVER) => takeLock(path, { clock, process }, signal);
  const held = async (): Promise<Lock> => {
    const locking = await take();
    if (locking.kind === 'failed') throw new Error(locking.detail);
    return locking.lock;
  };
  return { folder, path, clock, take, held };
}

function holder(pid: number, host: string, pidSpace = ME.pidSpace): string {
  return JSON.stringify({ pid, host, pidSpace, nonce: 'theirs' });
}

describe('a lock', () => {
  test('is a file beside, which is gone when it is released', async () => {
    const { folder, held } = await scene();

    const lock = await held();
    const names = await readdir(folder);
    await lock.release();

    expect(names).toEqual(['state.lock']);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['of this machine that runs', holder(8, 'here'), 'process 8 of here'],
    ['of another machine', holder(6, 'there'), 'process 6 of there'],
    ['of another container with our number', holder(7, 'here', 'pid:[2]'), 'process 7 of here'],
    ['that has not yet said who it is', '', 'another process'],
    ['that is no lock of ours', '[1', 'another process'],
  ])('that a process holds %s is waited for, and then told', async (_, text, who) => {
    const { path, clock, take } = await scene();
    await writeFile(path, text);

    const locking = await take();

    expect(locking).toEqual({
      kind: 'failed',
      detail: `${who} holds ${path}; if no probe runs there, delete that file`,
    });
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('is taken as soon as it is free', async () => {
    const { path, clock, take } = await scene();
    await writeFile(path, holder(8, 'here'));
    const sleep = clock.sleep;
    clock.sleep = async (ms, signal) => {
      if (clock.sleeps.length === 3) await rm(path);
      return sleep(ms, signal);
    };

    const locking = await take();

    expect(locking.kind).toBe('locked');
    expect(clock.sleeps).toHaveLength(4);
  });

  test.each([
    ['a process of this machine that ended', holder(6, 'here'), 0],
    ['a process whose number we have got', holder(7, 'here'), 0],
    ['another machine, half a minute ago', holder(6, 'there'), 31],
    ['a process that got a number anew, half a minute ago', holder(8, 'here'), 31],
    ['a process that could not write who it was', '', 31],
  ])('that was left behind by %s is taken over at once', async (_, text, secondsAgo) => {
    const { folder, path, clock, take } = await scene();
    await writeFile(path, text);
    const then = clock.now() / 1000 - secondsAgo;
    await utimes(path, then, then);

    const locking = await take();

    expect(locking.kind).toBe('locked');
    expect(clock.sleeps).toEqual([]);
    expect(await readdir(folder)).toEqual(['state.lock']);
  });

  test('is not held any more when another process took it for abandoned, and its release takes nothing away', async () => {
    const { path, held } = await scene();
    const lock = await held();
    await writeFile(path, holder(8, 'here'));

    const isHeld = await lock.isHeld();
    await lock.release();

    expect(isHeld).toBe(false);
    expect((await stat(path)).isFile()).toBe(true);
  });

  test('is not waited for when there is no time left', async () => {
    const { path, clock, take } = await scene();
    await writeFile(path, holder(8, 'here'));

    const locking = await take(ME, AbortSignal.abort());

    expect(locking).toEqual({ kind: 'failed', detail: `there was no time left to take ${path}` });
    expect(clock.sleeps).toEqual([]);
  });
});
