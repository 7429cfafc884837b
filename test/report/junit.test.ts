import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';

import { renderJunit } from '../../src/report/junit.ts';
import type { Report } from '../../src/report/schema.ts';
import { hostileReport, plainReport, reportOf } from './hostile-report.ts';
import { CHILD, digest, finding, layer as layerOf, LAYER } from './samples.ts';

/** Parsed as strictly as can be: anything that is not well-formed throws. */
function parse(report: Report) {
  const onError = (_level: string, message: string): never => {
    throw new Error(message);
  };
  return new DOMParser({ onError }).parseFromString([...renderJunit(report)].join(''), 'text/xml');
}

interface Case {
  readonly name: string | null;
  readonly outcome: string;
  readonly type: string | null;
  readonly text: string;
}

function casesOf(report: Report): readonly Case[] {
  return [...parse(report).getElementsByTagName('testcase')].map((one) => {
    const [inner] = [...one.childNodes].filter((node) => node.nodeType === 1);
    const element = inner === undefined ? null : one.getElementsByTagName(inner.nodeName)[0];
    return {
      name: one.getAttribute('name'),
      outcome: inner?.nodeName ?? 'passed',
      type: element?.getAttribute('type') ?? null,
      text: element?.textContent ?? '',
    };
  });
}

function suiteOf(report: Report): Readonly<Record<string, string>> {
  const [suite] = [...parse(report).getElementsByTagName('testsuite')];
  return Object.fromEntries([...(suite?.attributes ?? [])].map(({ name, value }) => [name, value]));
}

describe('renderJunit', () => {
  test('makes a failed test of each finding, with what to do, and an error of what could not be told', () => {
    const [child, layer, unknown, blocked, rest] = casesOf(plainReport());

    expect(child).toMatchObject({
      name: 'team/app:v1 (linux/arm64): child missing sha256:222222222222',
      outcome: 'failure',
      type: 'child/missing',
    });
    expect(child?.text).toContain(CHILD);
    expect(child?.text).toContain('Next: ');
    expect(layer).toMatchObject({ name: 'team/app:v1 (linux/amd64, linux/arm64): layer missing sha256:333333333333' });
    expect(layer?.text).toContain(LAYER);
    expect(unknown).toMatchObject({ name: 'the tags of team/web', outcome: 'error', type: 'timeout' });
    expect(blocked).toMatchObject({ name: 'team/old:v0', outcome: 'skipped' });
    expect(rest).toMatchObject({ name: 'everything else that was looked at', outcome: 'system-out' });
  });

  test('has a name of its own for each of two layers of one image', () => {
    const layers = ['a', 'b'].map((character) => layerOf({ digest: digest(character) }));

    const names = casesOf(reportOf({ verdict: 'broken', findings: layers })).map(({ name }) => name);

    expect(new Set(names).size).toBe(3);
  });

  test('counts what is in it', () => {
    expect(suiteOf(plainReport())).toMatchObject({
      name: 'prod',
      tests: '5',
      failures: '2',
      errors: '1',
      skipped: '1',
      time: '1.234',
      hostname: 'https://registry.example.com',
    });
  });

  test('has a test that passed where all is sound, and none where nothing was looked at', () => {
    expect(casesOf(reportOf({})).map(({ outcome }) => outcome)).toEqual(['system-out']);
    const { counts } = reportOf({}).registries[0] ?? {};
    expect(counts?.tags).toBeGreaterThan(0);
  });

  test('makes one error of findings that are held back', () => {
    const cases = casesOf(
      reportOf({ verdict: 'suspect', complete: false, findings: [finding(), finding({ tags: ['v2'] })] }),
    );

    expect(cases.map(({ outcome, type }) => [outcome, type])).toEqual([
      ['error', 'suspect'],
      ['system-out', null],
    ]);
  });

  test('is well-formed, and says what was there, whatever strangers write', () => {
    const cases = casesOf(hostileReport());

    expect(cases).toHaveLength(16);
    expect(cases[0]?.name).toContain('</failure></testcase><x a="1">&amp;]]>');
    expect(cases.filter(({ outcome }) => outcome === 'x')).toEqual([]);
  });
});
