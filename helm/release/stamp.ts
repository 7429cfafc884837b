import { type Document, isScalar, parseDocument, stringify } from 'yaml';

import type { Change } from './changelog.ts';
import { ReleaseProblem } from './problem.ts';
import { checkVersion } from './version.ts';

/** Where the release workflow publishes to. */
const REGISTRY = 'ghcr.io';
const IMAGE = 'registry-integrity-probe';
/** `%s` stands for the alert's name. */
const RUNBOOKS = 'docs/runbooks/%s.md';

/** What is only known when a release is made. */
export interface Stamp {
  readonly version: string;
  /** Owner and name of the project on GitHub, such as `example/registry-integrity-probe`. */
  readonly repository: string;
  /** Digest of the image that was just pushed. */
  readonly digest: string;
  readonly changes: readonly Change[];
}

/** The two files of a chart that are stamped, as texts. */
export interface ChartFiles {
  readonly chart: string;
  readonly values: string;
}

/**
 * The chart as it is published: of this version, with the image that was just pushed as its default, by digest, and with
 * the runbooks of this version. Comments stay. Throws a ReleaseProblem for a stamp or a chart that does not fit.
 */
export function stampChart(files: ChartFiles, stamp: Stamp): ChartFiles {
  const version = checkVersion(stamp.version);
  const { repository, digest } = stamp;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new ReleaseProblem(`${JSON.stringify(repository)} is no OWNER/NAME`);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new ReleaseProblem(`${JSON.stringify(digest)} is no sha256 digest`);

  const [owner = ''] = repository.split('/');
  const home = `https://github.com/${repository}`;
  const docs = `${home}/blob/v${version}`;
  // A registry takes lower-case names alone; the owner of a project may have capitals.
  const image = `${owner.toLowerCase()}/${IMAGE}`;

  const values = replace(files.values, 'values.yaml', [
    ['image.registry', REGISTRY],
    ['image.repository', image],
    ['image.digest', digest],
    ['prometheusRule.runbookUrl', `${docs}/${RUNBOOKS}`],
  ]);
  const versions = [
    ['version', version],
    ['appVersion', version],
  ] as const;
  const chart = parseDocument(replace(files.chart, 'Chart.yaml', versions));
  chart.set('home', home);
  chart.set('sources', [home]);
  chart.set('maintainers', [{ name: owner, url: `https://github.com/${owner}` }]);
  // https://artifacthub.io/docs/topics/annotations/helm/: all of them are texts, and lists are texts that hold YAML.
  annotate(chart, 'prerelease', String(version.includes('-')));
  annotate(chart, 'images', listOf([{ name: IMAGE, image: `${REGISTRY}/${image}:${version}@${digest}` }]));
  annotate(chart, 'links', listOf([{ name: 'Runbooks', url: `${home}/tree/v${version}/docs/runbooks` }]));
  annotate(chart, 'changes', listOf(stamp.changes));
  return { chart: chart.toString({ lineWidth: 0 }), values };
}

/**
 * The text with these values in the place of those that are there, and nothing else touched.
 * A key that is not there would be a value that no template reads.
 */
function replace(text: string, file: string, values: readonly (readonly [path: string, value: string])[]): string {
  const document = parseDocument(text);
  const edits = values.map(([path, value]) => {
    const node = document.getIn(path.split('.'), true);
    const range = isScalar(node) ? node.range : null;
    if (range === null || range === undefined) throw new ReleaseProblem(`${file} has no ${path} to write to`);
    return { from: range[0], to: range[1], value };
  });
  const lastFirst = edits.toSorted((a, b) => b.from - a.from);
  return lastFirst.reduce((done, { from, to, value }) => `${done.slice(0, from)}'${value}'${done.slice(to)}`, text);
}

function annotate(chart: Document, name: string, value: string): void {
  chart.setIn(['annotations', `artifacthub.io/${name}`], value);
}

function listOf(entries: readonly unknown[]): string {
  return stringify(entries, { lineWidth: 0 });
}
