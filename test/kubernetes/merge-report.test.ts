import { describe, expect, test } from 'vitest';

import type { KeptReport } from '../../src/kubernetes/kept-report.ts';
import { mergeReport, type CurrentRun } from '../../src/kubernetes/merge-report.ts';
import { OTHER_DIGEST } from './objects.ts';
import { current, kept, keptAcknowledged, keptReport } from './scene.ts';

const NOW = '2026-06-01T00:00:00.000Z';

function merge(previous: KeptReport | null, run: Partial<CurrentRun>): KeptReport {
  return mergeReport(previous, {
    registry: 'prod',
    url: 'https://registry.example.com',
    finishedAt: Date.parse(NOW),
    verdict: 'broken',
    complete: true,
    findings: [],
    ...run,
  });
}

describe('the report after a run', () => {
  test.each([
    [true, 9],
    [false, 9],
  ])('counts what was found and is not handed over, of a walk that is complete: %s', (complete, broken) => {
    const report = merge(keptReport({ notListed: 3 }), { complete, findings: [current()], unlisted: 8 });

    expect(report).toMatchObject({ broken, notListed: 8 });
  });

  test('the first one has what was found', () => {
    const report = merge(null, { findings: [current({ firstSeen: NOW })] });

    expect(report).toEqual({
      keptBy: 'registry-integrity-probe',
      version: 1,
      registry: 'prod',
      url: 'https://registry.example.com',
      lastRun: { finishedAt: NOW, verdict: 'broken', complete: true },
      lastCompleteRun: NOW,
      broken: 1,
      notListed: 0,
      findings: [{ ...current(), firstSeen: NOW, lastSeen: NOW }],
    });
  });

  test('since when is what the run says, and nothing where it does not know', () => {
    const since = '2026-02-01T00:00:00.000Z';
    const other = current({ digest: OTHER_DIGEST });

    const report = merge(keptReport(), { findings: [current({ firstSeen: since }), other] });

    expect(report.findings).toEqual([
      { ...current(), firstSeen: since, lastSeen: NOW },
      { ...other, lastSeen: NOW },
    ]);
  });

  test('what a complete run does not see is gone', () => {
    const report = merge(keptReport({ notListed: 7 }), { verdict: 'sound' });

    expect(report).toMatchObject({ findings: [], broken: 0, notListed: 0, lastCompleteRun: NOW });
  });

  test('what an incomplete run does not see stays as it was seen last', () => {
    const other = current({ digest: OTHER_DIGEST });

    const report = merge(keptReport(), { complete: false, findings: [other] });

    expect(report.lastRun).toEqual({ finishedAt: NOW, verdict: 'broken', complete: false });
    expect(report.lastCompleteRun).toBe('2026-01-02T00:00:00.000Z');
    expect(report.findings).toEqual([{ ...other, lastSeen: NOW }, kept()]);
  });

  test('what an incomplete run sees again is there once', () => {
    const report = merge(keptReport(), { complete: false, findings: [current()] });

    expect(report.findings).toEqual([{ ...current(), lastSeen: NOW }]);
  });

  test('a suspect run changes no finding, and only says so', () => {
    const report = merge(keptReport({ notListed: 2, broken: 3 }), {
      verdict: 'suspect',
      findings: [current({ digest: OTHER_DIGEST })],
    });

    expect(report).toEqual({
      ...keptReport({ notListed: 2, broken: 3 }),
      lastRun: { finishedAt: NOW, verdict: 'suspect', complete: false },
    });
  });

  test('what had no room before may still be broken after an incomplete run', () => {
    const report = merge(keptReport({ notListed: 5 }), {
      complete: false,
      findings: [current(), current({ digest: OTHER_DIGEST })],
    });

    expect(report).toMatchObject({ broken: 6, notListed: 4 });
  });

  test('what something uses comes first', () => {
    const unused = current({ repository: 'a', inUseBy: [], inUseByCount: 0 });
    const { inUseBy: _, inUseByCount: __, ...notKnown } = current({ repository: 'b' });

    const { inUseByCount: ___, ...seenInPart } = current({ repository: 'd' });

    const report = merge(null, { findings: [unused, notKnown, current({ repository: 'c' }), seenInPart] });

    expect(report.findings.map(({ repository }) => repository)).toEqual(['c', 'd', 'a', 'b']);
  });
});

describe('what is acknowledged', () => {
  const { lastSeen: _, ...known } = keptAcknowledged();
  const other = { ...known, digest: OTHER_DIGEST };
  const before = keptReport({ acknowledged: [keptAcknowledged()] });

  test('is told with its day and its reason, and is not counted as broken', () => {
    const report = merge(null, { acknowledged: [known] });

    expect(report).toMatchObject({ broken: 0, findings: [] });
    expect(report.acknowledged).toEqual([keptAcknowledged({ lastSeen: NOW })]);
  });

  test('and a complete run does not see is gone', () => {
    expect(merge(before, {})).not.toHaveProperty('acknowledged');
  });

  test('and an incomplete run does not see stays as it was seen last', () => {
    const report = merge({ ...before, acknowledgedNotListed: 2 }, { complete: false, acknowledged: [other] });

    expect(report.acknowledged).toEqual([
      { ...keptAcknowledged({ digest: OTHER_DIGEST }), lastSeen: NOW },
      keptAcknowledged(),
    ]);
    expect(report.acknowledgedNotListed).toBe(1);
  });

  test('and a suspect run sees changes nothing', () => {
    expect(merge(before, { verdict: 'suspect', acknowledged: [other] }).acknowledged).toEqual([keptAcknowledged()]);
  });

  test('is no finding any more, also where the run that says so is incomplete', () => {
    const { image, repository, tags, object, fault, digest } = current();
    const same = { ...known, image, repository, tags, object, fault, digest };

    const report = merge(keptReport(), { complete: false, acknowledged: [same] });

    expect(report).toMatchObject({ broken: 0, findings: [], acknowledged: [{ image: 'team/app:v1' }] });
  });

  test('is a finding again when its day is over, also where the run that says so is incomplete', () => {
    const { image, repository, tags, object, fault, digest } = known;
    const again = current({ image, repository, tags, object, fault, digest });

    const report = merge({ ...before, findings: [] }, { complete: false, findings: [again] });

    expect(report.findings).toEqual([{ ...again, lastSeen: NOW }]);
    expect(report).not.toHaveProperty('acknowledged');
  });
});
