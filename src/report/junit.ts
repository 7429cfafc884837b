import type { Report, ReportedFinding, ReportedRegistry, ReportedUnknown, ShortFinding } from './schema.ts';
import { isShort } from './short-finding.ts';
import { visible } from './escape.ts';
import { placeOfFinding, placeOfUnknown } from './places.ts';
import { quantity, words } from './wording.ts';

/** What is no character of XML 1.0, and shown by no terminal either: https://www.w3.org/TR/xml/#charsets */
const NO_CHARACTERS = /[\ufffe\uffff]/g;

/** In characters: so much of a digest tells two layers of one image apart. */
const NAMED_DIGEST = 'sha256:'.length + 12;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * The report as JUnit XML, part by part, for pipelines that show tests: a suite for each registry, in it a failed test for
 * each finding, an error for each thing that could not be told, a skipped test for what a policy refuses, and one test
 * that passed where anything was found whole. Names stay the same from run to run, so that a pipeline tells new from known,
 * and those of two findings differ at least by their digests.
 */
export function* renderJunit(report: Report): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="${xml(`${report.tool.name} ${report.command}`)}">\n`;
  for (const registry of report.registries) yield* suite(registry);
  yield '</testsuites>\n';
}

function* suite(registry: ReportedRegistry): Generator<string> {
  const { name, url, startedAt, durationSeconds, findings, unknowns, blocked, verdict, counts } = registry;
  // Findings that are held back are no news of a single image.
  const failed = verdict === 'suspect' ? [] : findings;
  const errors = verdict === 'suspect' ? unknowns.length + 1 : unknowns.length;
  const looked = counts.tags + counts.manifests + counts.indexes + counts.blobs;
  const tests = failed.length + errors + blocked.length + (looked > 0 ? 1 : 0);
  const numbers = `tests="${tests}" failures="${failed.length}" errors="${errors}" skipped="${blocked.length}"`;
  yield `  <testsuite name="${xml(name)}" ${numbers} time="${durationSeconds}" timestamp="${startedAt}" hostname="${xml(url)}">\n`;
  if (verdict === 'suspect') {
    yield test(name, 'the registry', 'error', 'suspect', `${quantity(findings.length, 'finding')} held back`);
  }
  for (const finding of failed) yield failure(name, finding);
  for (const entry of unknowns) yield error(name, entry);
  for (const { repository, tags, digest, detail } of blocked) {
    const place = placeOfFinding({ repository, tags, digest });
    yield test(name, place, 'skipped', null, detail);
  }
  if (looked > 0) {
    const whole = `${quantity(counts.tags, 'tag')}, ${quantity(counts.blobs, 'blob')}`;
    yield `    <testcase classname="${xml(name)}" name="everything else that was looked at" time="0"><system-out>${xml(whole)}</system-out></testcase>\n`;
  }
  yield '  </testsuite>\n';
}

function failure(registry: string, finding: ReportedFinding | ShortFinding): string {
  const { object, fault, digest } = finding;
  const what = `${object} ${words(fault)}`;
  const platforms = isShort(finding) || finding.platforms.length === 0 ? '' : ` (${finding.platforms.join(', ')})`;
  const title = `${placeOfFinding(finding)}${platforms}: ${what}${digest === null ? '' : ` ${digest.slice(0, NAMED_DIGEST)}`}`;
  const lines = isShort(finding)
    ? [digest ?? '']
    : [
        digest ?? '',
        finding.observed.detail,
        finding.cause.text,
        ...(finding.copies ?? []).map(({ where, reference }) => `Whole copy: ${where}, ${reference}`),
        `Next: ${finding.hint}`,
      ];
  const message = `${what} ${digest ?? ''}`.trimEnd();
  return test(registry, title, 'failure', `${object}/${fault}`, message, lines);
}

function error(registry: string, entry: ReportedUnknown): string {
  return test(registry, placeOfUnknown(entry), 'error', entry.reason, entry.detail);
}

function test(
  registry: string,
  title: string,
  kind: 'failure' | 'error' | 'skipped',
  type: string | null,
  message: string,
  lines: readonly string[] = [],
): string {
  const attributes = `${type === null ? '' : ` type="${xml(type)}"`} message="${xml(message)}"`;
  const text = lines.filter((line) => line !== '').map(xml);
  const end = text.length === 0 ? '/>' : `>${text.join('\n')}</${kind}>`;
  return `    <testcase classname="${xml(registry)}" name="${xml(title)}" time="0"><${kind}${attributes}${end}</testcase>\n`;
}

/** Text as it may stand between tags and in an attribute, in one line. */
function xml(text: string): string {
  return visible(text)
    .replace(NO_CHARACTERS, '?')
    .replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);
}
