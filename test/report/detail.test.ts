import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { detailLine } from '../../src/report/detail.ts';
import { renderText } from '../../src/report/terminal.ts';
import { TOOL_NAME } from '../../src/report/schema.ts';
import { counts, digest, finding, observed, outcome, reported } from './samples.ts';

const WORDS = `denied:\r\n\tpolicy \u001b[31m<html>\n${'page '.repeat(100_000)}`;

describe('a detail', () => {
  test.each([
    ['that is a line stays as it is', 'GET answered 404 größe 画像', 'GET answered 404 größe 画像'],
    ['of several lines becomes one', ' a\r\n\tb\u2028c  d\n', 'a b c d'],
    ['that moves the cursor does not', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['that hides something shows it', 'a\u202eb', 'a\\u{202e}b'],
  ])('%s', (_case, text, line) => {
    expect(detailLine(text)).toBe(line);
  });

  test('is one printable line of at most 400 characters, whatever a server says', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 3_000 }), (text) => {
        const line = detailLine(text);

        expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{0,400}$/u);
        expect(detailLine(line)).toBe(line);
      }),
    );
  });

  test('says that it was cut', () => {
    expect(detailLine('x'.repeat(401))).toBe(`${'x'.repeat(397)}...`);
    expect(detailLine(' '.repeat(2_000))).toMatch(/\.\.\.$/);
    expect(detailLine(`${'x'.repeat(396)}${'🜨'.repeat(9)}`)).toBe(`${'x'.repeat(396)}...`);
  });
});

describe('the words of a registry', () => {
  test('are the same line wherever a report has them, and as the text shows them', () => {
    const at = { repository: 'team/app', reference: 'v1', reason: 'forbidden', detail: WORDS } as const;
    const entry = { repository: 'team/app', tags: ['v1'], digest: digest('a'), detail: WORDS };
    const registry = reported(
      outcome({
        verdict: 'broken',
        findings: [finding({ observed: observed({ detail: WORDS }) })],
        unknowns: [at],
        blocked: [entry],
        counts: counts({ blocked: 1 }),
      }),
    );

    const shown = renderText(
      { schemaVersion: 1, tool: { name: TOOL_NAME, version: '1' }, command: 'run', registries: [registry] },
      { color: false, width: 2_000 },
    );

    const line = detailLine(WORDS);
    expect(registry.findings.map((one) => one.observed.detail)).toEqual([line]);
    expect([...registry.unknowns, ...registry.blocked].map(({ detail }) => detail)).toEqual([line, line]);
    // A long line is wrapped there.
    expect(shown.replace(/\s+/g, ' ').split(line)).toHaveLength(4);
  });
});
