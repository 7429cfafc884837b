import { describe, expect, test } from 'vitest';

import { describeOutcome } from '../../src/cli/describe-outcome.ts';
import { createHistory } from '../../src/history/history.ts';
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
    const since = new Date(BROKEN.finishedAt).toISOString();

    const { report, findings, failuresInUse } = describeOutcome(BROKEN, {
      usage: createUsage(USES, true),
      history: createHistory(null),
    });

    expect(report.findings).toMatchObject([
      { firstSeen: since, inUseBy: ['a/Deployment/b'], inUseByCount: 1 },
      { firstSeen: since, inUseBy: ['a/CronJob/c'], inUseByCount: 1 },
      { firstSeen: since, inUseBy: [], inUseByCount: 0 },
    ]);
    expect(findings.map(({ workload: whom }) => whom?.kind)).toEqual(['Deployment', 'CronJob', undefined]);
    expect(failuresInUse).toBe(2);
  });

  test('is said once: the report has each finding as whoever is told has it', () => {
    const { report, findings } = describeOutcome(BROKEN);

    expect(report.findings).toEqual(findings.map(({ finding: one }) => one));
    expect(findings.map(({ finding: one }) => one.hint)).not.toContain('');
  });

  test('is no number where a part of the cluster was read', () => {
    const { report, failuresInUse } = describeOutcome(BROKEN, { usage: createUsage(USES, false) });

    expect(failuresInUse).toBeNull();
    const [used, , unused] = report.findings;
    expect(used).toMatchObject({ inUseBy: ['a/Deployment/b'] });
    for (const key of ['inUseByCount', 'firstSeen']) expect(used).not.toHaveProperty(key);
    for (const key of ['inUseBy', 'inUseByCount', 'firstSeen']) expect(unused).not.toHaveProperty(key);
  });

  test('is nothing where nothing was read', () => {
    const { report, failuresInUse } = describeOutcome(BROKEN);

    expect(failuresInUse).toBeNull();
    for (const key of ['inUseBy', 'inUseByCount', 'firstSeen']) expect(report.findings[0]).not.toHaveProperty(key);
  });

  test('is not since when, where nearly everything is missing', () => {
    const suspect = outcome({ verdict: 'suspect', findings: [USED] });

    const { report } = describeOutcome(suspect, { history: createHistory(null) });

    expect(report.findings[0]).not.toHaveProperty('firstSeen');
  });
});

describe('what the series of a tag say', () => {
  const shared = finding({ repository: 'app', tags: ['v1', 'v2'], roots: ['sha256:2'] });
  const wide = finding({ repository: null, tags: [] });

  function knownOf(complete: boolean) {
    return describeOutcome(BROKEN, { usage: createUsage(USES, complete), history: createHistory(null) }).known;
  }

  test('goes by that tag and by what is pinned, and not by other tags that lead there', () => {
    const { useOf } = knownOf(true);

    expect(useOf(shared, 'v1')).toEqual({ used: 'yes', by: ['a/Deployment/b'] });
    expect(useOf(shared, 'v2')).toEqual({ used: 'no', by: [] });
    expect(useOf({ ...shared, roots: ['sha256:1'] }, 'v2')).toEqual({ used: 'yes', by: ['a/CronJob/c'] });
    expect(useOf(PINNED, null)).toEqual({ used: 'yes', by: ['a/CronJob/c'] });
  });

  test('is not that nobody uses it, where not all of the cluster was read, or it is the whole registry', () => {
    expect(knownOf(false).useOf(shared, 'v1').used).toBe('yes');
    expect(knownOf(false).useOf(shared, 'v2').used).toBe('unknown');
    expect(knownOf(true).useOf(wide, null).used).toBe('unknown');
    expect(describeOutcome(BROKEN).known.useOf(shared, 'v1').used).toBe('unknown');
  });

  test('is since when, unless nobody can tell', () => {
    const suspect = describeOutcome(outcome({ verdict: 'suspect', findings: [USED] }), {
      history: createHistory(null),
    });

    expect(knownOf(true).firstSeen(USED)).toBe(BROKEN.finishedAt);
    expect(suspect.known.firstSeen(USED)).toBeNull();
    expect(describeOutcome(BROKEN).known.firstSeen(USED)).toBeNull();
  });
});
