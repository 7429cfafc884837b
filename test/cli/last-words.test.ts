import { describe, expect, test } from 'vitest';

import type { Output } from '../../src/cli/io.ts';
import { prepareLastWords } from '../../src/cli/last-words.ts';
import { createTestClock } from '../support/clock.ts';
import { fakeIo } from './fake-io.ts';

/** A process whose standard output is taken when the test says so. */
function scene() {
  const io = fakeIo();
  const { promise, resolve: take } = Promise.withResolvers<string | null>();
  const stdout: Output = { ...io.stdout, finish: () => promise };
  const clock = createTestClock();
  return { io, clock, take, lastWords: prepareLastWords({ ...io, stdout }, clock) };
}

describe('the last words', () => {
  test('wait for the reader, and keep a signal from ending the process meanwhile', async () => {
    const { io, take, lastWords } = scene();
    lastWords.hold();
    expect(io.signals.listeners).toBe(1);
    const finishing = lastWords.finish();

    io.signals.send('SIGTERM');
    take(null);

    expect(await finishing).toBeNull();
    expect(io.signals.listeners).toBe(0);
  });

  test('say on standard error why standard output was not written', async () => {
    const { io, take, lastWords } = scene();

    take('ENOSPC: no space');

    expect(await lastWords.finish()).toBe('ENOSPC: no space');
    expect(io.err).toBe('registry-integrity-probe: standard output cannot be written: ENOSPC: no space\n');
  });

  test('do not wait for a reader that hesitates for more than two seconds after a signal', async () => {
    const { io, clock, lastWords } = scene();
    const finishing = lastWords.finish();

    io.signals.send('SIGTERM');
    clock.advance(2_000);

    expect(await finishing).toBeNull();
    expect(clock.pending).toBe(0);
  });

  test('end at a second signal', async () => {
    const { io, clock, lastWords } = scene();
    const finishing = lastWords.finish();

    io.signals.send('SIGTERM');
    io.signals.send('SIGTERM');

    expect(await finishing).toBeNull();
    expect(clock.pending).toBe(0);
  });

  test('count no signal that came before them', async () => {
    const { io, clock, take, lastWords } = scene();
    lastWords.hold();
    io.signals.send('SIGTERM');
    io.signals.send('SIGTERM');

    const finishing = lastWords.finish();
    expect(clock.pending).toBe(0);
    take('all of it was needed');

    expect(await finishing).toBe('all of it was needed');
  });
});
