import { describe, expect, test } from 'vitest';

import { boundedText, createPageSize, TooLargeError } from '../../src/kubernetes/bounded-answer.ts';

const HEAVY = `[${'0,'.repeat(260_000)}0]`;

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

describe('an answer that is more than is read', () => {
  test.each<[string, string | null]>([
    [`{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"abc"},"items":${HEAVY}}`, 'abc'],
    [`{"items":${HEAVY},"metadata":{"continue":"abc"}}`, 'abc'],
    [`{"metadata":{},"items":${HEAVY}}`, ''],
    [`{"metadata":{"continue":null},"items":${HEAVY}}`, ''],
    [HEAVY, null],
    [`{"items":${HEAVY},"metadata":`, null],
  ])('says where the list goes on behind it: %#', async (text, next) => {
    const failure = await boundedText(body(text)).catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(TooLargeError);
    expect(failure).toHaveProperty('next', next);
  });
});

describe('the size of a page', () => {
  /** Reads pages of which none may have more than so many objects. */
  async function read(most: readonly number[], largest = 100): Promise<readonly number[]> {
    const size = createPageSize(largest);
    const asked: number[] = [];
    for (const one of most) {
      await size
        .read((limit) => {
          asked.push(limit);
          return limit > one ? Promise.reject(new TooLargeError('too large', null)) : Promise.resolve(limit);
        })
        .catch(() => {});
    }
    return asked;
  }

  test('begins with what could be read before, and grows again', async () => {
    expect(await read([100, 7, 7, 100, 100, 100, 100, 100, 100])).toEqual([
      100, 100, 25, 7, 14, 4, 8, 16, 32, 64, 100, 100,
    ]);
  });

  test('is one where nothing else can be read', async () => {
    expect(await read([0, 1])).toEqual([100, 25, 7, 2, 1, 1]);
  });

  test('says nothing of another failure', async () => {
    const size = createPageSize(9);

    await expect(size.read(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
