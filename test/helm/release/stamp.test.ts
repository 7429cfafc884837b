import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { stampChart, type Stamp } from '../../../helm/release/stamp.ts';
import { CHART } from '../../support/chart.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const STAMP: Stamp = {
  version: '1.2.3',
  repository: 'Example/probe',
  digest: DIGEST,
  changes: [{ kind: 'added', description: '`run`: something new, and "more".' }],
};
const FILES = {
  chart: readFileSync(join(CHART, 'Chart.yaml'), 'utf8'),
  values: readFileSync(join(CHART, 'values.yaml'), 'utf8'),
};

/** The lines of the second text in the place of those of the first that are not in it. */
function changedLines(before: string, after: string): readonly string[] {
  const known = before.split('\n');
  return after.split('\n').filter((line, index) => line !== known[index]);
}

describe('a stamped chart', () => {
  test('its values differ in four lines, and comments stay', () => {
    const { values } = stampChart(FILES, STAMP);

    expect(values.split('\n')).toHaveLength(FILES.values.split('\n').length);
    expect(changedLines(FILES.values, values).map((line) => line.trim())).toEqual([
      "registry: 'ghcr.io'",
      "repository: 'example/registry-integrity-probe'",
      `digest: '${DIGEST}'`,
      "runbookUrl: 'https://github.com/Example/probe/blob/v1.2.3/docs/runbooks/%s.md'",
    ]);
  });

  test('it is of the version, by the owner, and keeps what it was', () => {
    const before = parse(FILES.chart) as Readonly<Record<string, unknown>>;

    const { chart } = stampChart(FILES, STAMP);

    expect(parse(chart)).toMatchObject({
      name: before['name'],
      kubeVersion: before['kubeVersion'],
      annotations: before['annotations'],
      version: '1.2.3',
      appVersion: '1.2.3',
      home: 'https://github.com/Example/probe',
      sources: ['https://github.com/Example/probe'],
      maintainers: [{ name: 'Example', url: 'https://github.com/Example' }],
    });
    expect(chart).toContain('# `-0` lets in versions with a suffix');
  });

  test('it tells Artifact Hub the image, the changes, and whether it is a pre-release, all as texts', () => {
    const of = (version: string) => {
      const { chart } = stampChart(FILES, { ...STAMP, version });
      return (parse(chart) as { annotations: Readonly<Record<string, string>> }).annotations;
    };

    const annotations = of('1.2.3');

    expect(parse(annotations['artifacthub.io/images'] ?? '')).toEqual([
      { name: 'registry-integrity-probe', image: `ghcr.io/example/registry-integrity-probe:1.2.3@${DIGEST}` },
    ]);
    expect(parse(annotations['artifacthub.io/changes'] ?? '')).toEqual(STAMP.changes);
    expect(annotations['artifacthub.io/prerelease']).toBe('false');
    expect(of('1.3.0-rc.1')['artifacthub.io/prerelease']).toBe('true');
  });

  test('stamped again, it is what it was', () => {
    const once = stampChart(FILES, STAMP);

    expect(stampChart(once, STAMP)).toEqual(once);
  });

  test.each<[string, Partial<Stamp>, string]>([
    ['a version that is none', { version: 'latest' }, '"latest" is no version'],
    ['a short digest', { digest: 'sha256:abc' }, '"sha256:abc" is no sha256 digest'],
    ['no digest', { digest: '' }, '"" is no sha256 digest'],
    ['a repository without an owner', { repository: 'probe' }, '"probe" is no OWNER/NAME'],
    ['a repository that would end its quotes', { repository: "a/b'" }, 'is no OWNER/NAME'],
  ])('%s is refused', (_, changed, problem) => {
    expect(() => stampChart(FILES, { ...STAMP, ...changed })).toThrow(problem);
  });

  test.each([
    ['image.digest', 'values.yaml', { values: FILES.values.replace(/^ {2}digest: ''$/m, "  digests: ''") }],
    ['prometheusRule.runbookUrl', 'values.yaml', { values: FILES.values.replace('runbookUrl:', 'runbook:') }],
    ['appVersion', 'Chart.yaml', { chart: FILES.chart.replace('appVersion:', 'version2:') }],
  ])('a chart without %s is refused', (key, file, changed) => {
    expect(() => stampChart({ ...FILES, ...changed }, STAMP)).toThrow(`${file} has no ${key} to write to`);
  });
});
