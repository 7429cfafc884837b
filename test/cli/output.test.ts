import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createOutput, type OutputStream } from '../../src/cli/output.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Done = (error?: Error | null) => void;

/** A pipe of the test's own: what was written to it, and how each write ends. */
function pipe(): OutputStream & { readonly texts: string[]; readonly done: Done[]; fail(code: string): void } {
  const texts: string[] = [];
  const done: Done[] = [];
  let onError: (error: Error) => void = () => {};
  const stream = {
    fd: -1,
    isTTY: false,
    columns: 0,
    write(text: string, callback: Done) {
      texts.push(text);
      done.push(callback);
      return true;
    },
    on(_: string, listener: (error: Error) => void) {
      onError = listener;
      return stream;
    },
    texts,
    done,
    fail: (code: string) => onError(Object.assign(new Error(`${code}: it fails`), { code })),
  };
  return stream as unknown as ReturnType<typeof pipe>;
}

describe('an output', () => {
  test('is finished when all was taken', async () => {
    const stream = pipe();
    const output = createOutput(stream);
    output.write('one');
    output.write('two');
    let isFinished = false;
    const finishing = output.finish().then((failure) => {
      isFinished = true;
      return failure;
    });

    stream.done[0]?.();
    await Promise.resolve();
    const before = isFinished;
    stream.done[1]?.();

    expect(await finishing).toBeNull();
    expect(before).toBe(false);
    expect(stream.texts).toEqual(['one', 'two']);
  });

  test.each(['EPIPE', 'ECONNRESET'])(
    'whose reader has gone (%s) has not failed, and is written no more',
    async (code) => {
      const stream = pipe();
      const output = createOutput(stream);

      stream.fail(code);
      output.write('for nobody');

      expect(await output.finish()).toBeNull();
      expect(stream.texts).toEqual([]);
    },
  );

  test.each(['ENOSPC', 'EIO', 'EBADF'])('that fails with %s says so, once and for all', async (code) => {
    const stream = pipe();
    const output = createOutput(stream);
    output.write('one');

    stream.done[0]?.(Object.assign(new Error(`${code}: it fails`), { code }));
    stream.fail('EPIPE');
    output.write('two');

    expect(await output.finish()).toBe(`${code}: it fails`);
    expect(stream.texts).toEqual(['one']);
  });

  test('that is a file gets all of a text, in order', async () => {
    const path = join(await temporaryFolder(), 'out');
    const fd = openSync(path, 'w');
    onTestFinished(() => closeSync(fd));
    const output = createOutput({ ...pipe(), fd });
    const long = 'ä'.repeat(200_000);

    output.write(long);
    output.write('end\n');

    expect(await output.finish()).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(`${long}end\n`);
  });

  test('that is a file which cannot be written says why', async () => {
    const path = join(await temporaryFolder(), 'out');
    closeSync(openSync(path, 'w'));
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    const output = createOutput({ ...pipe(), fd });

    output.write('one');

    expect(await output.finish()).toMatch(/^EBADF: /);
  });

  test('has a usual width where nobody says how wide it is', () => {
    expect(createOutput(pipe()).columns()).toBe(100);
    expect(createOutput({ ...pipe(), columns: 72 }).columns()).toBe(72);
  });

  test('takes the next part of what is long when the reader has taken the one before', async () => {
    const stream = pipe();
    const output = createOutput(stream);
    let made = 0;
    function* parts(): Generator<string> {
      for (const part of ['one', 'two', 'three']) {
        made += 1;
        yield part;
      }
    }

    output.write('first');
    output.stream?.(parts());
    output.write('last');
    const finishing = output.finish();
    const seen: number[] = [];
    for (let taken = 0; taken < 5; taken += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(made);
      stream.done[taken]?.();
    }

    expect(await finishing).toBeNull();
    expect(stream.texts).toEqual(['first', 'one', 'two', 'three', 'last']);
    expect(seen).toEqual([1, 1, 2, 3, 3]);
  });

  test('makes no more of what is long once the reader has gone', async () => {
    const stream = pipe();
    const output = createOutput(stream);
    let made = 0;
    function* parts(): Generator<string> {
      for (;;) {
        made += 1;
        yield 'part';
      }
    }

    output.stream?.(parts());
    await new Promise((resolve) => setImmediate(resolve));
    stream.done[0]?.(Object.assign(new Error('EPIPE: it fails'), { code: 'EPIPE' }));

    expect(await output.finish()).toBeNull();
    expect(made).toBeLessThanOrEqual(2);
  });

  test('what is wrong with making it is told by the end, and not taken for a failure to write', async () => {
    const output = createOutput(pipe());
    function* parts(): Generator<string> {
      yield JSON.stringify(1n);
    }

    output.stream?.(parts());

    await expect(output.finish()).rejects.toThrow(TypeError);
  });
});
