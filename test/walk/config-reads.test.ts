import { describe, expect, test } from 'vitest';

import { createConfigReads } from '../../src/walk/config-reads.ts';
import type { Ask, Round } from '../../src/walk/source.ts';

const SIGNAL = new AbortController().signal;
const FIRST: Ask = { again: false, signal: SIGNAL };

function inRound(): Ask {
  const round: Round = { ended: SIGNAL, period: 0 };
  return { again: true, signal: SIGNAL, round };
}

/** A source in which each config says what its digest names. */
function reads(contents: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const configs = createConfigReads({
    blobBytes(repository, { digest }) {
      asked.push(`${repository} ${digest}`);
      return Promise.resolve({ kind: 'found', value: Buffer.from(contents[digest] ?? '{}') });
    },
  });
  const read = (digest: string, ask: Ask = FIRST, repository = 'app') =>
    configs.read(repository, { mediaType: 'x', digest, size: 9 }, ask);
  return { read, asked };
}

function withIds(count: number): string {
  return JSON.stringify({ rootfs: { diff_ids: Array.from({ length: count }, (_, index) => `id ${index}`) } });
}

describe('the config of many images', () => {
  test('is asked for once, wrong or not, and once in each round', async () => {
    const { read, asked } = reads({ good: withIds(1), wrong: '[]' });
    const round = inRound();

    const answers = await Promise.all([
      ...Array.from({ length: 40 }, () => read('wrong')),
      read('good'),
      ...Array.from({ length: 40 }, () => read('wrong', round)),
      read('wrong', inRound()),
    ]);

    expect(asked).toEqual(['app wrong', 'app good', 'app wrong', 'app wrong']);
    expect(answers[0]).toMatchObject({ kind: 'absent', fault: 'not_unpackable' });
    expect(answers[40]).toMatchObject({ kind: 'found', value: { count: 1, diffIds: ['id 0'] } });
  });

  test('is asked for in each repository that has it', async () => {
    const { read, asked } = reads({});

    await read('a', FIRST, 'app');
    await read('a', FIRST, 'web');

    expect(asked).toEqual(['app a', 'web a']);
  });

  test('is not held in any number, nor however long it is', async () => {
    const { read, asked } = reads({ long: withIds(2000) });
    for (let number = 0; number < 100; number += 1) await read(`${number}`);
    await read('99');
    await read('0');

    expect(asked).toHaveLength(101);
    expect(await read('long')).toMatchObject({ value: { count: 2000, diffIds: null } });
  });
});
