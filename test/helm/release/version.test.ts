import { describe, expect, test } from 'vitest';

import { checkFiles, versionOfTag } from '../../../helm/release/version.ts';

const CHANGELOG = '# Changelog\n\n## [1.2.3] - 2026-01-31\n\n### Added\n\n- Something.\n';
const FILES = {
  packageJson: '{ "name": "probe", "version": "1.2.3" }',
  chart: "name: probe\nversion: 0.1.0\nappVersion: '1.2.3'\n",
  changelog: CHANGELOG,
};

describe('the tag of a release', () => {
  test.each([
    ['v1.2.3', '1.2.3'],
    ['v0.1.0-rc.1', '0.1.0-rc.1'],
    ['v10.0.0', '10.0.0'],
  ])('%s stands for %s', (tag, version) => {
    expect(versionOfTag(tag)).toBe(version);
  });

  test.each(['v1.2', 'v1', 'v', 'vlatest', 'v01.2.3', 'v1.2.3+build', 'v1.2.3\n', 'v1.2.3-', 'v1.2.3 && x'])(
    '%j is refused: no version',
    (tag) => {
      expect(() => versionOfTag(tag)).toThrow(/ is no version such as 1\.2\.3 or 1\.2\.3-rc\.1$/);
    },
  );

  test.each(['1.2.3', '', 'release-1.2.3'])('%j is refused: it does not begin with v', (tag) => {
    expect(() => versionOfTag(tag)).toThrow('does not begin with v');
  });
});

describe('the files that name the version', () => {
  test('of one version, they can be released; the version of the chart itself does not count', () => {
    expect(() => checkFiles('1.2.3', FILES)).not.toThrow();
  });

  test.each([
    ['another package', { packageJson: '{"version":"1.2.2"}' }, 'version in package.json is "1.2.2"'],
    ['another appVersion', { chart: 'appVersion: 1.2.30\n' }, 'appVersion in Chart.yaml is "1.2.30"'],
    ['an appVersion that is a number', { chart: 'appVersion: 1.2\n' }, 'appVersion in Chart.yaml is 1.2'],
    ['no section', { changelog: '## [1.2.2] - 2026-01-01\n' }, 'CHANGELOG.md has no section for it'],
    ['no date', { changelog: CHANGELOG.replace('2026-01-31', 'Unreleased') }, 'says "Unreleased" for a date'],
  ])('%s is refused', (_, changed, problem) => {
    expect(() => checkFiles('1.2.3', { ...FILES, ...changed })).toThrow(problem);
  });

  test('everything that is wrong is told at once, in one line', () => {
    const wrong = { ...FILES, packageJson: '{}', changelog: '' };

    expect(() => checkFiles('1.2.3', wrong)).toThrow(
      /^1\.2\.3 cannot be released: version in package\.json is undefined; CHANGELOG\.md has no section for it$/,
    );
  });
});
