import { describe, expect, test } from 'vitest';

import { untilOverdue } from '../../src/cli/until-overdue.ts';
import { createTestClock } from '../support/clock.ts';

/** A walk that ends when it is told to, and can say that it gets on. */
function walking() {
  const clock = createTestClock();
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  let getsOn = (): void => {};
  const waiting = untilOverdue(
    (tell) => {
      getsOn = tell;
      return promise;
    },
    abort.signal,
    clock,
  );
  return { clock, abort, waiting, end: () => resolve('result'), getOn: () => getsOn() };
}

describe('a walk that was told to end', () => {
  test('is waited for as long as it gets on', async () => {
    const { clock, abort, waiting, end, getOn } = walking();

    abort.abort();
    getOn();
    clock.advance(10_000);
    getOn();
    clock.advance(9_999);
    end();

    expect(await waiting).toBe('result');
    expect(clock.pending).toBe(0);
  });

  test('is given up where it gets nowhere', async () => {
    const { clock, abort, waiting, getOn } = walking();

    getOn();
    abort.abort();
    clock.advance(10_000);

    await expect(waiting).rejects.toThrow('did not end when it was told to');
  });

  test('is given up in the end, however much it does', async () => {
    const { clock, abort, waiting, getOn } = walking();

    abort.abort();
    for (let step = 0; step < 2; step += 1) {
      getOn();
      clock.advance(10_000);
    }

    await expect(waiting).rejects.toThrow('did not end when it was told to');
  });

  test('is not watched before', async () => {
    const { clock, waiting, end } = walking();

    clock.advance(1_000_000);
    end();

    expect(await waiting).toBe('result');
  });
});
