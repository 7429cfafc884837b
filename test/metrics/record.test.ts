import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { METRICS, type WhenSent } from '../../src/metrics/definitions.ts';
import { formatExposition } from '../../src/metrics/exposition.ts';
import { isComplete, type RecordOptions, recordRun } from '../../src/metrics/record.ts';
import { UNKNOWN_REASONS } from '../../src/walk/lookup.ts';
import type { RegistryOutcome } from '../../src/walk/result.ts';
import { toolPath } from '../support/tools/tools.ts';
import { counts, finding, outcome } from './outcomes.ts';

const OPTIONS: RecordOptions = {
  staleAfterSeconds: 3600,
  shards: 1,
  version: '1.2.3',
  maxSeries: 50,
  failuresInUse: 1,
};

const BROKEN = [finding(), finding({ object: 'layer', fault: 'unreadable', tags: ['v1', 'v2'] })];

interface Kind {
  readonly name: string;
  readonly outcome: RegistryOutcome;
  readonly sent: readonly WhenSent[];
  readonly without?: readonly string[];
  readonly success: 0 | 1;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a complete walk without findings',
    outcome: outcome(),
    sent: ['every-run', 'complete', 'complete-or-partial'],
    without: ['registry_integrity_tag_failures', 'registry_integrity_tag_finding_info'],
    success: 1,
  },
  {
    name: 'a complete walk with findings',
    outcome: outcome({ findings: BROKEN }),
    sent: ['every-run', 'complete', 'complete-or-partial'],
    success: 1,
  },
  {
    name: 'a complete walk with findings of which nobody could look for copies',
    outcome: outcome({ findings: BROKEN }, { soughtCopies: false }),
    sent: ['every-run', 'complete', 'complete-or-partial'],
    without: ['registry_integrity_failures_recoverable'],
    success: 1,
  },
  {
    name: 'an incomplete walk that confirmed a finding',
    outcome: outcome({ complete: false, findings: BROKEN }),
    sent: ['every-run', 'complete-or-partial', 'partial'],
    success: 0,
  },
  {
    name: 'an incomplete walk that confirmed nothing',
    outcome: outcome({ complete: false }),
    sent: ['every-run'],
    success: 0,
  },
  {
    name: 'a walk whose catalog could not be listed',
    outcome: outcome({ complete: false, catalogAccessible: false }),
    sent: ['every-run'],
    success: 0,
  },
  {
    name: 'a suspect walk that read everything',
    outcome: outcome({ verdict: 'suspect', findings: BROKEN }),
    sent: ['every-run'],
    success: 0,
  },
  {
    name: 'a suspect walk that was cut short',
    outcome: outcome({ complete: false, verdict: 'suspect', findings: BROKEN }),
    sent: ['every-run'],
    success: 0,
  },
];

/** Between them these send every family that there is. */
const ALL_FAMILIES = KINDS.filter(
  ({ outcome: { result } }) => result.findings.length > 0 && result.verdict !== 'suspect',
);

test.each([
  [{ startedAt: 5_000, finishedAt: 0 }, 0],
  [{ startedAt: 5_000, finishedAt: 0, durationMs: 1_500 }, 1.5],
  [{ startedAt: 5_000, finishedAt: 3_605_000, durationMs: 1_500 }, 1.5],
])('a run lasts as long as it did, whatever the clock was set to: %j', (times, seconds) => {
  const families = recordRun({ ...outcome(), ...times }, OPTIONS);

  const duration = families.find(({ name }) => name === 'registry_integrity_last_run_duration_seconds');
  expect(duration?.samples.map(({ value }) => value)).toEqual([seconds]);
});

describe('which families are sent', () => {
  test.each(KINDS)('$name sends exactly its own', ({ outcome: ended, sent, without = [] }) => {
    const families = recorded(ended);

    const expected = METRICS.filter((metric) => sent.includes(metric.sent) && !without.includes(metric.name));
    expect([...families.keys()]).toEqual(expected.map(({ name }) => name));
  });

  test.each(KINDS)('$name says whether it succeeded', ({ outcome: ended, success }) => {
    const families = recorded(ended);

    expect(families.get('registry_integrity_last_run_success')).toEqual({ '': success });
    expect(isComplete(ended)).toBe(success === 1);
  });

  test.each(KINDS)('$name gives every series the labels of its definition, in their order', ({ outcome: ended }) => {
    const families = recordRun(ended, OPTIONS);

    const labels: ReadonlyMap<string, readonly string[]> = new Map(
      METRICS.map((metric) => [metric.name, metric.labels]),
    );
    for (const { name, samples } of families) {
      for (const sample of samples) expect(Object.keys(sample.labels)).toEqual(labels.get(name));
    }
  });
});

describe('the values', () => {
  test('times and durations are in seconds', () => {
    const families = recorded(outcome());

    expect(families.get('registry_integrity_last_run_timestamp_seconds')).toEqual({ '': 1750000012.5 });
    expect(families.get('registry_integrity_last_success_timestamp_seconds')).toEqual({ '': 1750000012.5 });
    expect(families.get('registry_integrity_last_run_duration_seconds')).toEqual({ '': 12.5 });
    expect(families.get('registry_integrity_stale_after_seconds')).toEqual({ '': 3600 });
  });

  test.each([
    ['registry_integrity_repositories_listed', 11],
    ['registry_integrity_repositories_checked', 10],
    ['registry_integrity_repositories_empty', 1],
    ['registry_integrity_tags_listed', 31],
    ['registry_integrity_tags_checked', 30],
    ['registry_integrity_manifests_checked', 41],
    ['registry_integrity_indexes_checked', 7],
    ['registry_integrity_blobs_checked', 90],
    ['registry_integrity_blobs_weakly_checked', 5],
    ['registry_integrity_churned', 2],
    ['registry_integrity_cleared', 3],
    ['registry_integrity_suspect', 0],
    ['registry_integrity_catalog_accessible', 1],
    ['registry_integrity_shards', 1],
    ['registry_integrity_tag_failures_truncated', 0],
    ['registry_integrity_unnamed_failures', 0],
    ['registry_integrity_partial_unnamed_failures', 0],
  ])('%s is %s', (name, value) => {
    const families = recorded(outcome());

    expect(families.get(name)).toEqual({ '': value });
  });

  test('a catalog that is lost is told beside one that is not accessible', () => {
    const lost = recorded(outcome({ complete: false, catalogAccessible: false, catalogLost: true }));
    const down = recorded(outcome({ complete: false, catalogAccessible: false }));

    expect(lost.get('registry_integrity_catalog_lost')).toEqual({ '': 1 });
    expect(down.get('registry_integrity_catalog_lost')).toEqual({ '': 0 });
  });

  test('a suspect walk and an unreachable catalog are told by their own metrics', () => {
    const families = recorded(outcome({ verdict: 'suspect', catalogAccessible: false }));

    expect(families.get('registry_integrity_suspect')).toEqual({ '': 1 });
    expect(families.get('registry_integrity_catalog_accessible')).toEqual({ '': 0 });
  });

  test('every reason for an unknown is there, also those that did not occur', () => {
    const none = counts().unknown;
    const families = recorded(outcome({ complete: false, counts: counts({ unknown: { ...none, timeout: 4 } }) }));

    const expected = UNKNOWN_REASONS.map((reason) => [`reason=${reason}`, reason === 'timeout' ? 4 : 0]);
    expect(families.get('registry_integrity_unknown')).toEqual(Object.fromEntries(expected));
  });

  test('every reason for a skip is there', () => {
    const none = counts().skipped;
    const families = recorded(outcome({ counts: counts({ skipped: { ...none, excluded: 6 } }) }));

    expect(families.get('registry_integrity_skipped')).toEqual({
      'reason=foreign_layer': 0,
      'reason=unsupported_media_type': 0,
      'reason=unsupported_digest': 0,
      'reason=invalid_name': 0,
      'reason=excluded': 6,
      'reason=pull_through': 0,
    });
  });

  test('requests are told by method, and a run that sent none says so', () => {
    const busy = recorded(outcome({}, { requests: { GET: 5, POST: 1 } }));
    const dead = recorded(outcome({ complete: false }, { requests: {} }));

    expect(busy.get('registry_integrity_requests')).toEqual({
      'method=GET': 5,
      'method=HEAD': 0,
      'method=POST': 1,
    });
    expect(dead.get('registry_integrity_requests')).toEqual({ 'method=GET': 0, 'method=HEAD': 0 });
  });
});

describe('failures', () => {
  const ZEROS = Object.fromEntries(
    [
      ['manifest', ['missing', 'unreadable', 'digest_mismatch', 'invalid', 'unresolvable', 'tag_dangling']],
      ['child', ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'invalid', 'unresolvable']],
      ['config', ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'not_unpackable']],
      ['layer', ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'not_unpackable']],
    ].flatMap(([object, faults]) =>
      [faults ?? []].flat().map((fault) => [`object=${String(object)},fault=${fault}`, 0]),
    ),
  );

  test('a sound registry sends all combinations as 0, in both families', () => {
    const families = recorded(outcome());

    expect(families.get('registry_integrity_failures')).toEqual(ZEROS);
    expect(families.get('registry_integrity_partial_failures')).toEqual(ZEROS);
  });

  test('the value is the number of findings, however many tags they reach', () => {
    const findings = [
      finding({ tags: ['a', 'b', 'c'] }),
      finding({ digest: 'sha256:b' }),
      finding({ object: 'layer', tags: [] }),
    ];

    const families = recorded(outcome({ findings }));

    const expected = { ...ZEROS, 'object=child,fault=missing': 2, 'object=layer,fault=missing': 1 };
    expect(families.get('registry_integrity_failures')).toEqual(expected);
    expect(families.get('registry_integrity_partial_failures')).toEqual(ZEROS);
  });

  test('an incomplete walk sends what it confirmed as partial failures and nothing as failures', () => {
    const families = recorded(outcome({ complete: false, findings: [finding()] }));

    expect(families.get('registry_integrity_partial_failures')).toEqual({
      ...ZEROS,
      'object=child,fault=missing': 1,
    });
    expect(families.get('registry_integrity_partial_tag_failures')).toEqual({
      'repository=team/app,tag=v1,object=child,fault=missing,used=unknown,affects=pull': 1,
    });
    expect(families.has('registry_integrity_failures')).toBe(false);
  });

  test('tags beyond the limit are counted instead of sent', () => {
    const findings = [finding({ tags: ['v1', 'v2', 'v3'] })];

    const families = recorded(outcome({ findings }), { ...OPTIONS, maxSeries: 2 });

    expect(Object.keys(families.get('registry_integrity_tag_failures') ?? {})).toHaveLength(2);
    expect(families.get('registry_integrity_tag_failures_truncated')).toEqual({ '': 1 });
  });
});

describe('what has no series of its own', () => {
  const findings = [
    finding({ repository: 'a' }),
    finding({ repository: 'b' }),
    finding({ repository: null, tags: [] }),
  ];
  const one = { ...OPTIONS, maxSeries: 1 };

  test('is counted after a complete walk, which knows of no other', () => {
    const families = recorded(outcome({ findings }), one);

    expect(families.get('registry_integrity_unnamed_failures')).toEqual({ '': 2 });
    expect(families.get('registry_integrity_partial_unnamed_failures')).toEqual({ '': 0 });
  });

  test('is counted by itself after an incomplete walk', () => {
    const families = recorded(outcome({ complete: false, findings }), one);

    expect(families.has('registry_integrity_unnamed_failures')).toBe(false);
    expect(families.get('registry_integrity_partial_unnamed_failures')).toEqual({ '': 2 });
  });
});

test('who uses what is broken, and since when it is, is told beside each tag', () => {
  const known = {
    useOf: () => ({ used: 'yes' as const, by: ['shop/Deployment/web'] }),
    firstSeen: () => 1_750_000_000_000,
  };

  const families = recorded(outcome({ findings: [finding({ platforms: ['linux/arm64'] })] }), { ...OPTIONS, known });

  expect(families.get('registry_integrity_tag_failures')).toEqual({
    'repository=team/app,tag=v1,object=child,fault=missing,used=yes,affects=pull': 1,
  });
  expect(families.get('registry_integrity_tag_finding_info')).toEqual({
    'repository=team/app,tag=v1,object=child,fault=missing,platform=linux/arm64,used_by=shop/Deployment/web,copies=': 1_750_000_000,
  });
});

describe('failures in use', () => {
  test('are told after a complete walk, when the cluster was read', () => {
    const told = recorded(outcome({ findings: BROKEN }), { ...OPTIONS, failuresInUse: 2 });
    const none = recorded(outcome(), { ...OPTIONS, failuresInUse: 0 });

    expect(told.get('registry_integrity_failures_in_use')).toEqual({ '': 2 });
    expect(none.get('registry_integrity_failures_in_use')).toEqual({ '': 0 });
  });

  test('are not told when nobody can tell: a number that was not measured is not published', () => {
    const unread = recorded(outcome({ findings: BROKEN }), { ...OPTIONS, failuresInUse: null });
    const incomplete = recorded(outcome({ complete: false, findings: BROKEN }));

    expect(unread.has('registry_integrity_failures_in_use')).toBe(false);
    expect(incomplete.has('registry_integrity_failures_in_use')).toBe(false);
  });
});

describe('the text', () => {
  test('it ends in a line feed and names no digest and no address', async () => {
    const text = await formatExposition(recordRun(outcome({ findings: BROKEN }), OPTIONS));

    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toContain('sha256:');
    expect(text).not.toContain('registry.example.com');
  });

  test.each(ALL_FAMILIES)('promtool has nothing to say about $name', async ({ outcome: ended }) => {
    const text = await formatExposition(recordRun(ended, OPTIONS));

    const { status, stdout, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });

    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });
});

/** The families that are sent by name, each as `label=value,…` to value. */
function recorded(ended: RegistryOutcome, options = OPTIONS): Map<string, Record<string, number>> {
  return new Map(
    recordRun(ended, options).map(({ name, samples }) => [
      name,
      Object.fromEntries(
        samples.map(({ labels, value }) => [
          Object.entries(labels)
            .map((pair) => pair.join('='))
            .join(','),
          value,
        ]),
      ),
    ]),
  );
}
