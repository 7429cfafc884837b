import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { currentAcknowledged, currentFinding } from '../../src/kubernetes/current-finding.ts';
import { mergeReport } from '../../src/kubernetes/merge-report.ts';
import { parseReport, renderReport } from '../../src/kubernetes/report-text.ts';
import { DIGEST } from './objects.ts';
import { kept, keptAcknowledged, keptReport } from './scene.ts';

const ROOM = 200 * 1024;

describe('the text of a kept report', () => {
  test('is YAML that a person reads', () => {
    const text = renderReport(keptReport(), ROOM);

    expect(text).toBe(`# Kept by registry-integrity-probe: what a run finds is written over what is changed here.
keptBy: registry-integrity-probe
version: 1
registry: prod
url: https://registry.example.com
lastRun:
  finishedAt: 2026-01-02T00:00:00.000Z
  verdict: broken
  complete: true
lastCompleteRun: 2026-01-02T00:00:00.000Z
broken: 1
notListed: 0
findings:
  - image: team/app:v1
    repository: team/app
    tags:
      - v1
    object: child
    fault: missing
    digest: ${DIGEST}
    path:
      - ${DIGEST}
    platforms:
      - linux/arm64
    inUseBy:
      - shop/CronJob/report
      - shop/Deployment/web
    inUseByCount: 2
    firstSeen: 2026-01-01T00:00:00.000Z
    lastSeen: 2026-01-02T00:00:00.000Z
    seen: "GET 404: MANIFEST_UNKNOWN"
    cause: The index names a child that is not there.
    next: Rebuild the image and push it.
`);
  });

  test('is read as it was written', () => {
    const report = keptReport();

    const read = parseReport(renderReport(report, ROOM), 'prod');

    expect(read).toEqual(report);
  });

  test('says so when nothing is broken', () => {
    const text = renderReport(keptReport({ findings: [] }), ROOM);

    expect(text).toMatch(/\nbroken: 0\nnotListed: 0\nfindings: \[\]\n$/);
  });

  test('keeps to its room, and counts what does not fit', () => {
    const findings = Array.from({ length: 1000 }, (_, index) => kept({ tags: [`v${index}`] }));

    const text = renderReport(keptReport({ findings }), ROOM);

    const read = parseReport(text, 'prod');
    expect(text.length).toBeLessThanOrEqual(ROOM);
    expect(text.length).toBeGreaterThan(ROOM - 1000);
    expect(read?.broken).toBe(1000);
    expect(read?.notListed).toBe(1000 - (read?.findings.length ?? 0));
  });

  test('shares its room by namespaces, and of what nobody uses by repositories', () => {
    const of = (repository: string, inUseBy: readonly string[], count: number) =>
      Array.from({ length: count }, (_, index) =>
        kept({ repository, image: `${repository}:v${index}`, tags: [`v${index}`], inUseBy: [...inUseBy] }),
      );
    const findings = [
      ...of('crowd', ['aaa/Deployment/crowd'], 500),
      ...of('shared', ['aaa/Deployment/crowd', 'shop/Deployment/web'], 1),
      ...of('pushed', [], 500),
      ...of('quiet', [], 1),
    ];

    const report = parseReport(renderReport(keptReport({ findings }), 400_000), 'prod');
    const small = parseReport(renderReport(keptReport({ findings }), 20_000), 'prod');

    expect(report?.findings.map(({ repository }) => repository)).toEqual(expect.arrayContaining(['shared', 'quiet']));
    expect(report?.notListed).toBe(findings.length - (report?.findings.length ?? 0));
    expect(small?.findings.map(({ repository }) => repository)).toContain('shared');
    expect(report?.findings.map(({ image }) => image)).toEqual(
      findings.map(({ image }) => image).filter((image) => report?.findings.some((one) => one.image === image)),
    );
  });

  test('one finding that does not fit hides no other', () => {
    const long = kept({ image: 'long:v1', seen: 'x'.repeat(5_000) });

    const report = parseReport(renderReport(keptReport({ findings: [long, kept()] }), 3_000), 'prod');

    expect(report).toMatchObject({ notListed: 1, findings: [{ image: 'team/app:v1' }] });
  });

  test('has what is acknowledged last, with its day and its reason', () => {
    const report = keptReport({ acknowledged: [keptAcknowledged()] });

    const text = renderReport(report, ROOM);

    expect(parseReport(text, 'prod')).toEqual(report);
    expect(text.slice(text.indexOf('acknowledged:'))).toBe(`acknowledged:
  - image: team/old:v0
    repository: team/old
    tags:
      - v0
    object: layer
    fault: missing
    digest: ${DIGEST}
    lastSeen: 2026-01-02T00:00:00.000Z
    until: 2027-01-31
    reason: is rebuilt in January
`);
  });

  test('tells of a hundred that are acknowledged, and counts the others', () => {
    const acknowledged = Array.from({ length: 1000 }, (_, index) => keptAcknowledged({ tags: [`v${index}`] }));

    const read = parseReport(renderReport(keptReport({ acknowledged, acknowledgedNotListed: 5 }), ROOM), 'prod');

    expect(read?.acknowledged).toEqual(acknowledged.slice(0, 100));
    expect(read?.acknowledgedNotListed).toBe(905);
  });

  test('has room for what is acknowledged where findings leave some', () => {
    const findings = Array.from({ length: 1000 }, (_, index) => kept({ tags: [`v${index}`] }));
    const acknowledged = Array.from({ length: 40 }, () => keptAcknowledged({ reason: 'x'.repeat(600) }));

    const text = renderReport(keptReport({ findings, acknowledged }), ROOM);

    expect(text.length).toBeLessThanOrEqual(ROOM);
    expect(parseReport(text, 'prod')).toMatchObject({ acknowledgedNotListed: 40 });
  });

  test('is plain, whatever a registry says: kubectl shows it line by line', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 60 });

    fc.assert(
      fc.property(anything, anything, fc.array(anything, { maxLength: 3 }), (repository, detail, tags) => {
        const finding = currentFinding({
          repository,
          tags,
          object: 'layer',
          fault: 'missing',
          digest: null,
          path: tags,
          platforms: tags,
          observed: { method: 'GET', status: 404, detail },
          cause: { text: detail },
          hint: `${detail} `.repeat(20),
          inUseBy: tags,
        });
        const run = {
          registry: 'prod',
          url: 'https://r.example.com',
          finishedAt: 0,
          verdict: 'broken',
          complete: true,
        };
        const known = currentAcknowledged({
          repository,
          tags,
          tagCount: 40,
          object: 'layer',
          fault: 'missing',
          digest: null,
          acknowledged: { until: '2027-01-31', reason: `${detail} `.repeat(20) },
        });
        const report = mergeReport(null, { ...run, findings: [finding], acknowledged: [known] });

        const text = renderReport(report, ROOM);

        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        expect(text).not.toMatch(/ $/m);
        expect(parseReport(text, 'prod')).toEqual(report);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['half a mapping', '{'],
    ['a list', '[]'],
    ['another version', renderReport(keptReport(), ROOM).replace('version: 1', 'version: 99')],
    ['a version alone', '{"version":99}'],
    ['no mark of ours', renderReport(keptReport(), ROOM).replace(/keptBy: .*\n/, '')],
    ['a report of somebody else', renderReport(keptReport(), ROOM).replace('keptBy: reg', 'keptBy: other-reg')],
    ['another registry', renderReport(keptReport({ registry: 'lab' }), ROOM)],
    ['a finding without a time', renderReport(keptReport(), ROOM).replace(/ +lastSeen: .*\n/, '')],
    ['a time that is none', renderReport(keptReport(), ROOM).replace('2026-01-01T', '2026-13-01T')],
    ['a report cut short', renderReport(keptReport(), ROOM).slice(0, 300)],
    ['binary rubbish', '\u0000\u0001\ufffd\u0007'],
    ['a bomb of aliases', 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n'],
    ['keys in keys, each of which doubles the next', `${'? '.repeat(400)}a`],
    ['the same in braces', `${'{? '.repeat(400)}a${'}'.repeat(400)}`],
    ['a list as a key', '? [a, b]\n: c'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['too much', ' '.repeat(1024 * 1024 + 1)],
    ['a tag that runs code elsewhere', '!!js/function "x"'],
  ])('%s is no report', (_, text) => {
    const report = parseReport(text, 'prod');

    expect(report).toBeNull();
  });

  test('what somebody wrote into it is made plain when it is read', () => {
    const text = renderReport(keptReport(), ROOM).replace('linux/arm64', '"linux/\\tarm64\\e[31m"');

    const report = parseReport(text, 'prod');

    expect(report?.findings[0]?.platforms).toEqual(['linux/ arm64\\u{1b}[31m']);
  });
});
