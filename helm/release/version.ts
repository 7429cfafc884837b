import { parse } from 'yaml';

import { sectionOf } from './changelog.ts';
import { ReleaseProblem } from './problem.ts';

/** https://semver.org/spec/v2.0.0.html, without build metadata: a tag of an image has no `+`. */
const SEMVER = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** The files that name the version, as texts. */
export interface VersionedFiles {
  readonly packageJson: string;
  readonly chart: string;
  readonly changelog: string;
}

/** The version as it is; throws a ReleaseProblem for anything but a semantic version without build metadata. */
export function checkVersion(version: string): string {
  if (!SEMVER.test(version))
    throw new ReleaseProblem(`${JSON.stringify(version)} is no version such as 1.2.3 or 1.2.3-rc.1`);
  return version;
}

/** The version that a git tag stands for; throws a ReleaseProblem where it is not `v` and a version. */
export function versionOfTag(tag: string): string {
  if (!tag.startsWith('v'))
    throw new ReleaseProblem(`the tag ${JSON.stringify(tag)} does not begin with v, as v1.2.3 does`);
  return checkVersion(tag.slice(1));
}

/** Throws a ReleaseProblem unless the package, the chart's appVersion and a dated section of the changelog are of this version. */
export function checkFiles(version: string, { packageJson, chart, changelog }: VersionedFiles): void {
  const problems = [
    differs('package.json', 'version', (JSON.parse(packageJson) as { readonly version?: unknown }).version, version),
    differs('Chart.yaml', 'appVersion', (parse(chart) as { readonly appVersion?: unknown }).appVersion, version),
    undated(changelog, version),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new ReleaseProblem(`${version} cannot be released: ${problems.join('; ')}`);
}

function differs(file: string, key: string, found: unknown, wanted: string): string | null {
  return found === wanted ? null : `${key} in ${file} is ${JSON.stringify(found)}`;
}

function undated(changelog: string, version: string): string | null {
  const section = sectionOf(changelog, version);
  if (section === null) return 'CHANGELOG.md has no section for it';
  return /^\d{4}-\d{2}-\d{2}$/.test(section.date)
    ? null
    : `its section in CHANGELOG.md says ${JSON.stringify(section.date)} for a date`;
}
