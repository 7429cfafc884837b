import { describe, expect, test } from 'vitest';

import { createKnowledge } from '../../src/cli/knowledge.ts';
import { createHistory } from '../../src/kubernetes/history.ts';
import { createUsage } from '../../src/kubernetes/usage.ts';
import { workload } from '../kubernetes/objects.ts';
import { finding, outcome } from '../metrics/outcomes.ts';

const USED = finding({ repository: 'app', tags: ['v1'] });
const PINNED = finding({ repository: 'app', tags: [], roots: ['sha256:1'], object: 'manifest' });
const UNUSED = finding({ repository: 'other' });
const BROKEN = outcome({ verdict: 'broken', findings: [USED, PINNED, UNUSED] });
const USES = [
  { image: { registry: 'prod', repository: 'app', tag: 'v1', digest: null }, users: [workload('a/Deployment/b', [])] },
  {
    image: { registry: 'prod', repository: 'app', tag: null, digest: 'sha256:1' },
    users: [workload('a/CronJob/c', [])],
  },
];

describe('what is known of findings', () => {
  test('is who uses them and since when they are broken', () => {
    const knowledge = createKnowledge(BROKEN, createUsage(USES, true), createHistory([]));

    expect(BROKEN.result.findings.map((one) => knowledge.annotate(one))).toEqual([
      { firstSeen: BROKEN.finishedAt, inUseBy: ['a/Deployment/b'], inUseByCount: 1 },
      { firstSeen: BROKEN.finishedAt, inUseBy: ['a/CronJob/c'], inUseByCount: 1 },
      { firstSeen: BROKEN.finishedAt, inUseBy: [], inUseByCount: 0 },
    ]);
    expect(knowledge.inUse).toBe(2);
    expect(knowledge.subjectOf(PINNED)).toMatchObject({ kind: 'CronJob' });
    expect(knowledge.subjectOf(UNUSED)).toBeNull();
  });

  test('is no number where a part of the cluster was read', () => {
    const knowledge = createKnowledge(BROKEN, createUsage(USES, false), null);

    expect(knowledge.inUse).toBeNull();
    expect(knowledge.annotate(USED)).toEqual({ inUseBy: ['a/Deployment/b'] });
    expect(knowledge.annotate(UNUSED)).toEqual({});
  });

  test('is nothing where nothing was read', () => {
    const knowledge = createKnowledge(BROKEN, null, null);

    expect(knowledge.inUse).toBeNull();
    expect(knowledge.annotate(USED)).toEqual({});
  });

  test('is not since when, where nearly everything is missing', () => {
    const suspect = outcome({ verdict: 'suspect', findings: [USED] });

    const knowledge = createKnowledge(suspect, null, createHistory([]));

    expect(knowledge.annotate(USED)).toEqual({});
  });
});
