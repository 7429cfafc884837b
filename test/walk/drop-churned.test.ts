import { describe, expect, test } from 'vitest';

import { dropChurned } from '../../src/walk/drop-churned.ts';
import { finding, outcome } from '../metrics/outcomes.ts';

type Named = ReadonlyMap<string, readonly string[]>;

const TAGGED = finding({ repository: 'app', tags: ['v1'], roots: ['sha256:1'] });
const PINNED = finding({ repository: 'app', tags: [], roots: ['sha256:1'], object: 'manifest' });
const OTHER = finding({ repository: 'app', tags: [], roots: ['sha256:2', 'sha256:3'], object: 'manifest' });

function naming(digests: readonly string[]): () => Promise<Named> {
  return () => Promise.resolve(new Map([['app', digests]]));
}

function refuse(): Promise<Named> {
  return Promise.reject(new Error('nobody may ask'));
}

describe('findings of digests that nothing names any more', () => {
  test('are dropped and counted; those that a tag or another digest reaches stay', async () => {
    const { result: walked } = outcome({ verdict: 'broken', findings: [TAGGED, PINNED, OTHER] });

    const result = await dropChurned(walked, naming(['sha256:3']));

    expect(result.findings).toEqual([TAGGED, OTHER]);
    expect(result.verdict).toBe('broken');
    expect(result.counts.churned).toBe(walked.counts.churned + 1);
  });

  test.each([
    [true, 'sound'],
    [false, 'unknown'],
  ])('leave a walk whose being complete is %j %s', async (complete, verdict) => {
    const { result: walked } = outcome({ verdict: 'broken', complete, findings: [PINNED] });

    const result = await dropChurned(walked, naming([]));

    expect(result).toMatchObject({ verdict, complete, findings: [] });
  });

  test('stay where nobody can tell what is named now', async () => {
    const { result: walked } = outcome({ verdict: 'broken', findings: [PINNED] });

    expect(await dropChurned(walked, () => Promise.resolve(null))).toBe(walked);
  });

  test.each([
    ['no such finding', outcome({ verdict: 'broken', findings: [TAGGED] }).result],
    ['findings that are held back', outcome({ verdict: 'suspect', findings: [PINNED] }).result],
  ])('are not looked for where there are %s', async (_, walked) => {
    expect(await dropChurned(walked, refuse)).toBe(walked);
  });
});
