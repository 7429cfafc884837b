import { describe, expect, test } from 'vitest';

import { createPartRoom } from '../../src/walk/part-room.ts';

const never = new AbortController().signal;

/** Who has entered so far, in that order. */
function entering(room = createPartRoom(100), signal: AbortSignal = never) {
  const entered: string[] = [];
  const leaves = new Map<string, () => void>();
  return {
    room,
    entered,
    leave: (name: string) => leaves.get(name)?.(),
    async enter(repository: string, parts: number, step = 0): Promise<void> {
      const leave = await room.enter(step, parts, repository, signal);
      entered.push(repository);
      leaves.set(repository, leave);
    },
  };
}

describe('room for parts', () => {
  test('is given back once, and what is larger than all of it has it for itself', () => {
    const room = createPartRoom(100);
    const leave = room.enterNow(0, 1_000);

    expect(room.enterNow(0, 1)).toBeNull();
    leave?.();
    leave?.();
    expect(room.enterNow(0, 60)).not.toBeNull();
    expect(room.enterNow(0, 60)).toBeNull();
  });

  test('is there at each step down, so that an index does not wait for what it names', () => {
    const room = createPartRoom(100);
    room.enterNow(0, 100);

    expect(room.enterNow(1, 100)).not.toBeNull();
  });

  test('is had by turns of repositories', async () => {
    const { room, entered, leave, enter } = entering();
    const first = room.enterNow(0, 100);
    const all = [enter('evil', 100), enter('evil', 100), enter('app', 100)];

    first?.();
    await all[0];
    leave('evil');
    await all[2];
    expect(entered).toEqual(['evil', 'app']);
    leave('app');
    await Promise.all(all);
    expect(entered).toEqual(['evil', 'app', 'evil']);
  });

  test('is not overtaken by what is smaller', async () => {
    const { room, entered, leave, enter } = entering();
    const first = room.enterNow(0, 50);
    const all = [enter('large', 100), enter('small', 1)];

    expect(room.enterNow(0, 1)).toBeNull();
    first?.();
    await all[0];
    leave('large');
    await Promise.all(all);
    expect(entered).toEqual(['large', 'small']);
  });

  test('is not waited for once the run ends, nor taken from others by that', async () => {
    const stop = new AbortController();
    const { room, enter, leave } = entering(createPartRoom(100), stop.signal);
    const first = room.enterNow(0, 100);
    const waiting = enter('evil', 100);

    stop.abort();
    await waiting;
    await enter('late', 100);
    leave('evil');
    leave('late');

    expect(room.enterNow(0, 1)).toBeNull();
    first?.();
    expect(room.enterNow(0, 100)).not.toBeNull();
  });
});
