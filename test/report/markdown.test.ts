import { Lexer, parseInline, type Token } from 'marked';
import { describe, expect, test } from 'vitest';

import { renderMarkdown } from '../../src/report/markdown.ts';
import type { Report } from '../../src/report/schema.ts';
import { hostileReport, plainReport, reportOf } from './hostile-report.ts';
import { finding, LAYER } from './samples.ts';

const text = (report: Report): string => [...renderMarkdown(report)].join('');

/** The cells of the only table, as a reader sees them. */
function cellsOf(markdown: string): readonly (readonly string[])[] {
  return new Lexer({ gfm: true })
    .lex(markdown)
    .flatMap((token) => (token.type === 'table' ? (token['rows'] as { text: string }[][]) : []))
    .map((row) => row.map(({ text: cell }) => seen(cell)));
}

function seen(inline: string): string {
  const html = parseInline(inline, { gfm: true, async: false });
  return html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Kinds of everything that is in it, at every depth. */
function kindsOf(tokens: readonly Token[]): ReadonlySet<string> {
  return new Set(
    tokens.flatMap((token) => [token.type, ...kindsOf(('tokens' in token ? token.tokens : undefined) ?? [])]),
  );
}

describe('renderMarkdown', () => {
  test('has a verdict, a table of what is broken, what to do, and what could not be told', () => {
    const markdown = text(plainReport());

    expect(markdown).toMatch(/^# registry-integrity-probe verify\n\n## ❌ prod: BROKEN\n/);
    expect(cellsOf(markdown)).toEqual([
      ['team/app:v1', 'child missing', 'linux/arm64', expect.stringMatching(/^sha256:2{64}$/) as string],
      ['team/app:v1', 'layer missing', 'linux/amd64, linux/arm64', LAYER],
    ]);
    expect(seen(markdown)).toContain('Next: ');
    expect(seen(markdown)).toContain('the tags of team/web: timeout, no answer in 30 s');
  });

  test('says that all is sound', () => {
    expect(text(reportOf({}))).toContain('## ✅ prod: SOUND');
  });

  test('has no finding of those that are held back', () => {
    const markdown = text(reportOf({ verdict: 'suspect', complete: false, findings: [finding()] }));

    expect(markdown).toContain('prod: SUSPECT');
    expect(cellsOf(markdown)).toEqual([]);
  });

  test('holds nothing but text in the words of strangers', () => {
    const markdown = text(hostileReport());

    const kinds = kindsOf(new Lexer({ gfm: true }).lex(markdown));
    expect(
      [...kinds].filter((kind) => ['link', 'image', 'html', 'codespan', 'code', 'em', 'blockquote'].includes(kind)),
    ).toEqual([]);
    expect(cellsOf(markdown).every((row) => row.length === 4)).toBe(true);
    expect(markdown).not.toMatch(/@everyone|<script|https?:\/\/evil/);
    expect(markdown.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(2);
  });

  test.each(['    code', 'a  b', ' '])('makes no code of the blanks of a name: %j', (repository) => {
    const unknowns = [{ repository, reference: 'a', reason: 'auth', detail: '' }] as const;

    const markdown = text(reportOf({ verdict: 'unknown', complete: false, unknowns }));

    expect(JSON.stringify(new Lexer({ gfm: true }).lex(markdown))).not.toContain('"type":"code"');
    expect(seen(markdown)).toContain(`- ${repository}:a: auth`);
  });

  test('stays below what GitHub shows, however many and however long', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => index);
    const long = (index: number): string => `${index}-${'._-'.repeat(80)}`;
    const findings = Array.from({ length: 900 }, (_, index) =>
      finding({
        repository: long(index),
        tags: fifty.map(long),
        platforms: fifty.map(long),
      }),
    );

    const markdown = text(reportOf({ verdict: 'broken', findings }));

    expect(Buffer.byteLength(markdown)).toBeLessThan(1_000_000);
    expect(markdown).toMatch(/And \d+ more, in the JSON report/);
  });
});
