import assert from 'node:assert/strict';

import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { Lexer, type Token } from 'marked';

import { boundedFields } from '../../../src/cli/bounded-fields.ts';
import { describeBug } from '../../../src/cli/bug.ts';
import { plainText } from '../../../src/kubernetes/plain-text.ts';
import { renderAnnotations } from '../../../src/report/annotations.ts';
import { visible } from '../../../src/report/escape.ts';
import { createFindingReporter } from '../../../src/report/report-finding.ts';
import { reportRegistry, type RegistryReport } from '../../../src/report/report-registry.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { renderJson, toReport } from '../../../src/report/json.ts';
import { renderJunit } from '../../../src/report/junit.ts';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { copyAdvice } from '../../../src/report/copy-back.ts';
import { recheckCommand } from '../../../src/report/recheck.ts';
import { renderText } from '../../../src/report/terminal.ts';
import { wrap } from '../../../src/report/wrap.ts';
import { AFFECTS } from '../../../src/walk/affects.ts';
import type { Copy } from '../../../src/walk/copy.ts';
import { FAULTS } from '../../../src/walk/fault.ts';
import type { Finding } from '../../../src/walk/finding.ts';
import { UNKNOWN_REASONS } from '../../../src/walk/lookup.ts';
import { observed, outcome } from '../../report/samples.ts';
import { assertLine, assertPrintable } from '../claims.ts';
import { property, type Property } from '../property.ts';
import { anyText, digest, oddJson, oddText, repositoryName, tagName } from '../texts.ts';

/** Of a report on a few things whose names are as long as they like. */
const LARGEST_REPORT = 4_000_000;
/** What a shell takes as words and nothing else. */
const WORDS = /^[\w@%+=:,./[\]-]+(?: [\w@%+=:,./[\]-]+)*$/;

/** A word of which a shell takes nothing for a sign of its own. */
const QUOTED = /'[^']*'/g;

const odd = (right: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 2, arbitrary: right }, { weight: 2, arbitrary: anyText });

const copy: fc.Arbitrary<Copy> = fc.oneof(
  fc.record({
    kind: fc.constant('registry' as const),
    where: odd(fc.constant('mirror')),
    url: fc.oneof(fc.constantFrom('http://127.0.0.1:5000', 'https://mirror.example.com', 'http://[::1]:5000'), oddText),
    isOwn: fc.boolean(),
    repository: odd(repositoryName),
    part: fc.constantFrom('blob' as const, 'image' as const),
    digest: odd(digest),
  }),
  fc.record({
    kind: fc.constant('node' as const),
    where: odd(fc.constant('worker-1')),
    platform: odd(fc.constant('linux/arm64')),
    image: fc.oneof(
      fc.tuple(repositoryName, digest).map(([name, one]) => `registry.example.com/${name}@${one}`),
      anyText,
    ),
  }),
);

const finding: fc.Arbitrary<Finding> = fc
  .record({
    repository: fc.option(odd(repositoryName)),
    tags: fc.array(odd(tagName), { maxLength: 3 }),
    object: fc.constantFrom('manifest', 'child', 'config', 'layer', 'referrer'),
    fault: fc.constantFrom(...FAULTS),
    digest: fc.option(odd(digest)),
    path: fc.array(odd(digest), { maxLength: 3 }),
    platforms: fc.array(odd(fc.constantFrom('linux/arm64')), { maxLength: 3 }),
    affects: fc.constantFrom(...AFFECTS),
    detail: anyText,
    status: fc.constantFrom(200, 404, 500),
    expectedSize: fc.option(fc.nat()),
    copies: fc.array(copy, { maxLength: 3 }),
    artifactType: fc.option(odd(fc.constant('application/spdx+json'))),
  })
  .map(({ detail, status, artifactType, ...one }): Finding => ({
    ...one,
    ...(one.object === 'referrer' && { attached: { artifactType } }),
    // Of what is lacking, they are those that somebody has asked for.
    platforms: one.fault === 'platform_missing' ? ['linux/arm64'] : one.platforms,
    roots: [],
    observed: observed({ detail, status }),
    confirmations: 2,
  }));

const oddUrl = fc.oneof(fc.constantFrom('http://127.0.0.1:5000', 'https://registry.example.com/path'), oddText);

const registry = fc
  .record({
    findings: fc.array(finding, { maxLength: 3 }),
    unknowns: fc.array(
      fc.record({
        repository: fc.option(odd(repositoryName)),
        reference: odd(tagName),
        reason: fc.constantFrom(...UNKNOWN_REASONS),
        detail: anyText,
      }),
      { maxLength: 3 },
    ),
    blocked: fc.array(
      fc.record({
        repository: odd(repositoryName),
        tags: fc.array(odd(tagName), { maxLength: 2 }),
        digest: odd(digest),
        detail: anyText,
      }),
      { maxLength: 2 },
    ),
    verdict: fc.constantFrom('sound' as const, 'broken' as const, 'unknown' as const, 'suspect' as const),
    inUseBy: fc.option(fc.array(anyText, { maxLength: 2 }), { nil: undefined }),
    url: oddUrl,
  })
  .map(({ inUseBy, url, ...result }): { report: RegistryReport; findings: readonly Finding[]; url: string } => {
    const walked = outcome(result, { url });
    const reporter = createFindingReporter(walked);
    const known = inUseBy === undefined ? {} : { inUseBy, inUseByCount: inUseBy.length };
    return {
      report: reportRegistry(
        walked,
        result.findings.map((one) => reporter(one, known)),
      ),
      findings: result.findings,
      url,
    };
  });

const documentOf = (report: RegistryReport) => toReport({ command: 'run', version: '1.2.3', registries: [report] });
const joined = (parts: Iterable<string>): string => [...parts].join('');

/** What shows names and details of strangers. */
export const REPORT_PROPERTIES: readonly Property[] = [
  property('report-text', registry, ({ report }) => {
    const text = renderText(documentOf(report), { color: false, width: 100 });

    assertPrintable(text, LARGEST_REPORT);
    assertNoCommands(text);
  }),
  property('report-json', registry, ({ report }) => {
    const document = documentOf(report);
    const text = renderJson(document);

    assertPrintable(text, LARGEST_REPORT);
    assertNoCommands(text);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(document)));
  }),
  property('report-junit', registry, ({ report }) => {
    const text = joined(renderJunit(documentOf(report)));

    assertPrintable(text, LARGEST_REPORT);
    const onError = (_: string, message: string): never => assert.fail(message);
    const parsed = new DOMParser({ onError }).parseFromString(text, 'text/xml');
    const [suite] = [...parsed.getElementsByTagName('testsuite')];
    assert.equal(parsed.getElementsByTagName('testcase').length, Number(suite?.getAttribute('tests')));
    assert.equal(suite?.getAttribute('hostname'), visible(report.url).replaceAll(/[\ufffe\uffff]/g, '?'));
  }),
  property('report-html', registry, ({ report }) => {
    const text = joined(renderHtml(documentOf(report)));

    assertPrintable(text, LARGEST_REPORT);
    const tags = new Set([...text.matchAll(/<\/?([a-zA-Z!][^\s>]*)/g)].map(([, tag]) => tag));
    assert.deepEqual(
      [...tags].filter((tag) => !TAGS.has(tag ?? '')),
      [],
    );
    assert.doesNotMatch(text, /\s(?:on\w+|src|href)=/);
  }),
  property('report-markdown', registry, ({ report }) => {
    const text = joined(renderMarkdown(documentOf(report)));

    assertPrintable(text, LARGEST_REPORT);
    const kinds = new Set(kindsOf(new Lexer({ gfm: true }).lex(text)));
    assert.deepEqual(
      [...kinds].filter((kind) => !KINDS.has(kind)),
      [],
    );
    assert.doesNotMatch(text, /[@<`]|https?:\/\//);
    assertNoCommands(text);
  }),
  property('report-annotations', registry, ({ report }) => {
    const lines = [...renderAnnotations(documentOf(report))];

    for (const line of lines) {
      assert.match(line, /^::(?:error|warning) title=[^:,\n\r]*::[^\n\r]*\n$/);
      assertPrintable(line, LARGEST_REPORT);
    }
    assert.equal(joined(lines).split('\n').length - 1, lines.length);
  }),
  property('recheck-commands', registry, ({ findings, url }) => {
    for (const one of findings) {
      const command = recheckCommand(one, url);
      if (command !== null) assert.match(command, WORDS);
    }
  }),
  property('copy-commands', fc.tuple(finding, oddUrl), ([one, url]) => {
    for (const { command, putBack } of copyAdvice(one, url)) {
      if (command !== null) assert.match(command.replace(QUOTED, 'quoted'), WORDS);
      if (putBack !== undefined) assert.match(putBack.replace(QUOTED, 'quoted').replace(' | ', ' '), WORDS);
    }
  }),
  property('visible', anyText, (text) => {
    assertLine(visible(text), text.length * 10);
    assert.equal(visible(visible(text)), visible(text));
    assert.match(plainText(text), /^[ -~]*$/);
    assert.ok(wrap(text, 80).join(' ').length <= text.length + 1);
  }),
  property(
    'log-fields',
    fc.dictionary(fc.oneof(anyText, fc.constant('names')), fc.oneof(oddJson, fc.array(anyText, { maxLength: 200 })), {
      maxKeys: 5,
    }),
    (fields) => {
      const text = JSON.stringify(boundedFields(fields));

      // Fifty texts of 2,000 characters in each of five fields, each written as an escape.
      assert.ok(text.length < 5 * 50 * 2_100 * 6);
    },
  ),
  property('bugs', fc.tuple(anyText, oddJson), ([message, thrown]) => {
    assertLine(visible(describeBug(new Error(message))), 20_000);
    describeBug(thrown);
    assert.ok(describeBug(new TypeError(message)).length <= 1_500);
  }),
];

/** What the page and the summary consist of by themselves; nothing else may come of a name. */
const TAGS = new Set(
  '!doctype html head meta title style body script main header h1 h2 h3 p div span section table thead tbody tr th td ul ol li code details summary label input select option button dl dt dd pre b strong em small a nav footer br time colgroup col caption template output form fieldset legend search'
    .split(' ')
    .filter((tag) => tag !== 'a'),
);
const KINDS = new Set(['space', 'heading', 'paragraph', 'text', 'table', 'strong', 'list', 'list_item', 'escape']);

function kindsOf(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => {
    const inner = ('tokens' in token ? token.tokens : undefined) ?? [];
    const items = token.type === 'list' ? (token['items'] as Token[]) : [];
    const cells =
      token.type === 'table'
        ? ([token['header'], ...(token['rows'] as unknown[])] as { tokens: Token[] }[][]).flat()
        : [];
    return [token.type, ...kindsOf(inner), ...kindsOf(items), ...cells.flatMap((cell) => kindsOf(cell.tokens))];
  });
}

/** GitHub and Azure act on lines that begin so, wherever a program prints them. */
function assertNoCommands(text: string): void {
  assert.doesNotMatch(text, /^\s*::[a-z][a-z_-]*(?:\s.*)?::|##[a-z]*\[/im);
}
