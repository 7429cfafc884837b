import { describe, expect, test } from 'vitest';

import { createBodyRoom } from '../../src/http/body-room.ts';

const NEVER = new AbortController().signal;

/** Who got in, in their order; each stays until told to leave. */
function visitors() {
  const room = createBodyRoom(10);
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = async (owner: string, bytes: number, name: string, signal = NEVER): Promise<void> => {
    const [host = '', party = ''] = owner.split(' ');
    const left = await room.enter({ host, party }, bytes, signal);
    inside.push(left === null ? `${name} gave up` : name);
    if (left !== null) leave.set(name, left);
  };
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return { room, inside, enter: (...how: Parameters<typeof enter>) => void enter(...how), leave, settle };
}

describe('the room for large bodies', () => {
  test('holds as many as fit, and the next when one has left', async () => {
    const { inside, enter, leave, settle } = visitors();

    for (const name of ['a', 'b', 'c']) enter('one', 4, name);
    await settle();
    expect(inside).toEqual(['a', 'b']);
    leave.get('a')?.();
    await settle();

    expect(inside).toEqual(['a', 'b', 'c']);
  });

  test('is for one alone that is larger than all of it', async () => {
    const { inside, enter, leave, settle } = visitors();

    enter('one', 1, 'small');
    enter('one', 99, 'huge');
    enter('one', 1, 'late');
    await settle();
    expect(inside).toEqual(['small']);
    leave.get('small')?.();
    await settle();
    expect(inside).toEqual(['small', 'huge']);
    leave.get('huge')?.();
    await settle();

    expect(inside).toEqual(['small', 'huge', 'late']);
  });

  test('takes hosts by turns, however many one of them sends', async () => {
    const { inside, enter, leave, settle } = visitors();

    for (const name of ['a1', 'a2', 'a3']) enter('a', 10, name);
    enter('b', 10, 'b1');
    for (const name of ['a1', 'a2', 'b1']) {
      await settle();
      leave.get(name)?.();
    }
    await settle();

    expect(inside.indexOf('b1')).toBeLessThan(inside.indexOf('a3'));
  });

  test('lets go of who has no time left, and gives a place back once', async () => {
    const { inside, enter, leave, settle } = visitors();
    const controller = new AbortController();

    enter('one', 10, 'a');
    enter('one', 10, 'b', controller.signal);
    enter('one', 10, 'c');
    controller.abort();
    await settle();
    expect(inside).toEqual(['a', 'b gave up']);
    leave.get('a')?.();
    leave.get('a')?.();
    enter('one', 10, 'd');
    await settle();

    expect(inside).toEqual(['a', 'b gave up', 'c']);
  });

  test('takes those of one host by turns, however many one of them asks for', async () => {
    const { inside, enter, leave, settle } = visitors();

    for (const name of ['a1', 'a2', 'a3']) enter('host a', 10, name);
    enter('host b', 10, 'b1');
    for (const name of ['a1', 'a2', 'b1']) {
      await settle();
      leave.get(name)?.();
    }
    await settle();

    expect(inside.indexOf('b1')).toBeLessThan(inside.indexOf('a3'));
  });

  test('lets few bodies of a host wait while they are coming', async () => {
    const { room, enter, leave, settle } = visitors();
    enter('one', 10, 'a');
    await settle();
    const fromWire = (host: string) => room.enterFromWire({ host, party: '' }, 10, NEVER);
    const waiting = [fromWire('one'), fromWire('one')];

    expect(await fromWire('one')).toBe('crowded');
    const other = fromWire('two');
    leave.get('a')?.();
    for (const next of [waiting[0], other, waiting[1]]) {
      const left = await next;
      if (typeof left !== 'function') throw new Error('it has no place');
      left();
    }

    expect(await fromWire('one')).toBeTypeOf('function');
  });
});
