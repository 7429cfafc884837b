import { describe, expect, test } from 'vitest';

import { renderJson, toReport } from '../../src/report/json.ts';
import type { Annotation } from '../../src/report/report-finding.ts';
import { Report } from '../../src/report/schema.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { CHILD, finding, INDEX, layer, outcome, reported } from './samples.ts';

const base = { command: 'run', version: '1.2.3' } as const;

describe('toReport', () => {
  test('carries every field of a walk, with times in UTC and lengths of time in seconds', () => {
    const unknowns = [{ repository: null, reference: '_catalog', reason: 'auth', detail: 'HTTP 401' }] as const;
    const result = { verdict: 'broken', complete: false, findings: [finding()], unknowns } as const;
    const walked = outcome(result, { concurrency: 12 });

    const report = toReport({ ...base, registries: [reported(walked)] });

    expect(report).toEqual({
      schemaVersion: 1,
      tool: { name: 'registry-integrity-probe', version: '1.2.3' },
      command: 'run',
      registries: [
        {
          name: 'prod',
          url: 'https://registry.example.com',
          startedAt: '2026-01-02T03:04:05.678Z',
          finishedAt: '2026-01-02T03:04:06.912Z',
          durationSeconds: 1.234,
          complete: false,
          catalogAccessible: true,
          verdict: 'broken',
          concurrency: 12,
          counts: {
            repositories: 3,
            repositoriesEmpty: 0,
            tags: 5,
            manifests: 7,
            indexes: 2,
            blobs: 20,
            requests: 57,
            unknown: walked.result.counts.unknown,
            skipped: walked.result.counts.skipped,
            blocked: 0,
            weak: 0,
            churned: 0,
            cleared: 0,
            acknowledged: 0,
            neverSeen: 0,
          },
          findings: [
            {
              repository: 'team/app',
              tags: ['v1'],
              object: 'child',
              fault: 'missing',
              digest: CHILD,
              path: [INDEX, CHILD],
              platforms: ['linux/arm64'],
              expectedSize: 500,
              observed: { method: 'GET', status: 404, bytes: 134, detail: 'MANIFEST_UNKNOWN' },
              confirmations: 2,
              cause: { code: 'child_removed', text: expect.stringContaining('likely') },
              hint: expect.stringContaining('registry-integrity-probe verify registry.example.com/team/app:v1'),
            },
          ],
          unknowns,
          blocked: [],
        },
      ],
    });
  });

  test('makes a document that its own schema accepts, whatever is null or left out', () => {
    const dangling = finding({ fault: 'tag_dangling', object: 'manifest', digest: null, path: [], expectedSize: null });
    const blind = layer({ observed: { method: null, status: null, bytes: null, detail: '' } });
    const suspect = outcome({ verdict: 'suspect', findings: [dangling, blind] });

    const report = toReport({ ...base, command: 'scan', registries: [reported(suspect), reported(outcome())] });

    expect(Report.parse(report)).toEqual(report);
  });

  test('adds what earlier runs and the cluster know, each to its own finding', () => {
    const walked = outcome({ verdict: 'broken', findings: [finding(), layer()] });
    const know = ({ object }: Finding): Annotation =>
      object === 'layer' ? { firstSeen: 0, inUseBy: ['default/Deployment/app'] } : {};

    const report = toReport({ ...base, registries: [reported(walked, know)] });

    const [child, blob] = report.registries[0]?.findings ?? [];
    expect(child).not.toHaveProperty('firstSeen');
    expect(child).not.toHaveProperty('inUseBy');
    expect(blob).toMatchObject({
      firstSeen: '1970-01-01T00:00:00.000Z',
      inUseBy: ['default/Deployment/app'],
    });
    expect(blob).not.toHaveProperty('inUseByCount');
    expect(Report.safeParse(report).success).toBe(true);
  });

  test('calls no walk shorter than nothing when the clock was set back', () => {
    const walked = outcome({}, { finishedAt: 0 });

    const report = toReport({ ...base, registries: [reported(walked)] });

    expect(report.registries[0]?.durationSeconds).toBe(0);
  });

  test('calls a walk as long as it was, whatever the clock was set to meanwhile', () => {
    const walked = outcome({}, { startedAt: 5_000, finishedAt: 0, durationMs: 1_234.4 });

    const report = toReport({ ...base, registries: [reported(walked)] });

    expect(report.registries[0]?.durationSeconds).toBe(1.234);
  });

  test('blames the backend, not the images, when the findings are held back', () => {
    const walked = outcome({ verdict: 'suspect', findings: [finding(), layer()] });

    const report = toReport({ ...base, registries: [reported(walked)] });

    expect(report.registries[0]?.findings.map(({ cause }) => cause.code)).toEqual(['backend_lost', 'backend_lost']);
  });
});

describe('renderJson', () => {
  test('prints two spaces of indentation and a newline at the end', () => {
    const report = toReport({ ...base, registries: [] });

    const text = renderJson(report);

    expect(text).toMatch(/^\{\n {2}"schemaVersion": 1,\n/);
    expect(text).toMatch(/"registries": \[\]\n\}\n$/);
  });

  test('hands no control character of a registry to a terminal and loses none either', () => {
    const hostile = 'a\u001b[2J\u009b31m\u202e\u2028\u007f\ud800\u{e0041}b\n';
    const report = toReport({ ...base, registries: [reported(outcome({ findings: [finding({ tags: [hostile] })] }))] });

    const text = renderJson(report);

    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Cs}]/u);
    expect(JSON.parse(text)).toEqual(report);
  });
});
