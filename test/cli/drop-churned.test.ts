import { describe, expect, test } from 'vitest';

import { dropChurned } from '../../src/cli/drop-churned.ts';
import { createUsage, type Usage } from '../../src/kubernetes/usage.ts';
import { workload } from '../kubernetes/objects.ts';
import { finding, outcome } from '../metrics/outcomes.ts';

const TAGGED = finding({ repository: 'app', tags: ['v1'], roots: ['sha256:1'] });
const PINNED = finding({ repository: 'app', tags: [], roots: ['sha256:1'], object: 'manifest' });
const OTHER = finding({ repository: 'app', tags: [], roots: ['sha256:2', 'sha256:3'], object: 'manifest' });

function naming(digests: readonly string[], complete = true): () => Promise<Usage> {
  const uses = digests.map((digest) => ({
    image: { registry: 'prod', repository: 'app', tag: null, digest },
    users: [workload('a/Deployment/b', [])],
  }));
  return () => Promise.resolve(createUsage(uses, complete));
}

function refuse(): Promise<Usage> {
  return Promise.reject(new Error('nobody may ask'));
}

describe('findings of digests that nothing names any more', () => {
  test('are dropped and counted; those that a tag or another digest reaches stay', async () => {
    const walked = outcome({ verdict: 'broken', findings: [TAGGED, PINNED, OTHER] });

    const { result } = await dropChurned(walked, naming(['sha256:3']));

    expect(result.findings).toEqual([TAGGED, OTHER]);
    expect(result.verdict).toBe('broken');
    expect(result.counts.churned).toBe(walked.result.counts.churned + 1);
  });

  test.each([
    [true, 'sound'],
    [false, 'unknown'],
  ])('leave a walk whose being complete is %j %s', async (complete, verdict) => {
    const walked = outcome({ verdict: 'broken', complete, findings: [PINNED] });

    const { result } = await dropChurned(walked, naming([]));

    expect(result).toMatchObject({ verdict, complete, findings: [] });
  });

  test.each([
    ['not', () => Promise.resolve(null)],
    ['in part', naming([], false)],
  ])('stay where the cluster was %s read again', async (_, readAgain) => {
    const walked = outcome({ verdict: 'broken', findings: [PINNED] });

    expect(await dropChurned(walked, readAgain)).toBe(walked);
  });

  test.each([
    ['no such finding', outcome({ verdict: 'broken', findings: [TAGGED] })],
    ['findings that are held back', outcome({ verdict: 'suspect', findings: [PINNED] })],
  ])('are not looked for where there are %s', async (_, walked) => {
    expect(await dropChurned(walked, refuse)).toBe(walked);
  });
});
