import { describe, expect, test } from 'vitest';

import { renderAnnotations } from '../../src/report/annotations.ts';
import type { Report } from '../../src/report/schema.ts';
import { hostileReport, plainReport, reportOf } from './hostile-report.ts';
import { finding } from './samples.ts';

const lines = (report: Report): readonly string[] => [...renderAnnotations(report)].join('').split('\n').slice(0, -1);

/** As the runner reads a command: https://github.com/actions/runner/blob/v2.320.0/src/Runner.Common/ActionCommand.cs */
const COMMAND = /^::(error|warning) title=([^:,]*)::(.*)$/;

describe('renderAnnotations', () => {
  test('has an error for each finding and a warning for what could not be told', () => {
    const [child, layer, unknown] = lines(plainReport());

    expect(child).toMatch(/^::error title=team\/app%3Av1%3A child missing::sha256:2{64} for linux\/arm64\. .+ Next: /);
    expect(layer).toMatch(/^::error title=team\/app%3Av1%3A layer missing::/);
    expect(unknown).toBe('::warning title=the tags of team/web%3A could not be told::timeout: no answer in 30 s');
  });

  test('has nothing where all is sound', () => {
    expect(lines(reportOf({}))).toEqual([]);
  });

  test('has one line for what is held back', () => {
    expect(
      lines(reportOf({ verdict: 'suspect', complete: false, findings: [finding(), finding({ tags: ['b'] })] })),
    ).toEqual([expect.stringMatching(/^::error title=prod%3A suspect::Nearly everything is missing/)]);
  });

  test('has ten at most, as GitHub shows no more, and the last one says how many more there are', () => {
    const findings = Array.from({ length: 50 }, (_, index) => finding({ tags: [`v${index}`] }));

    const all = lines(reportOf({ verdict: 'broken', findings }));

    expect(all).toHaveLength(10);
    expect(all.at(-1)).toBe('::error title=more::41 more findings, in the report.');
  });

  test('has the tenth where there are ten, and ten of each kind', () => {
    const findings = Array.from({ length: 10 }, (_, index) => finding({ tags: [`v${index}`] }));
    const unknowns = Array.from({ length: 11 }, (_, index) => ({
      repository: 'team/web',
      reference: `v${index}`,
      reason: 'timeout' as const,
      detail: 'no answer in 30 s',
    }));

    const all = lines(reportOf({ verdict: 'broken', complete: false, findings, unknowns }));

    expect(all.slice(0, 10).filter((line) => !line.includes('child missing'))).toEqual([]);
    expect(all).toHaveLength(20);
    expect(all.at(-1)).toBe('::warning title=more::2 more that could not be told, in the report.');
  });

  test('has those of each registry by turns, in the order of the report', () => {
    const of = (repository: string) =>
      Array.from({ length: 20 }, (_, index) => finding({ repository, tags: [`v${index}`] }));
    const registries = ['one', 'two'].flatMap((name) => reportOf({ verdict: 'broken', findings: of(name) }).registries);

    const all = lines({ ...reportOf({}), registries });

    const names = all.map((line) => /title=(\w+)/.exec(line)?.[1]);
    expect(names).toEqual([...Array<string>(5).fill('one'), ...Array<string>(4).fill('two'), 'more']);
    expect(all.at(-1)).toContain('31 more findings');
  });

  test('is one command a line, whatever strangers write', () => {
    const all = lines(hostileReport());

    expect(all).toHaveLength(10);
    expect(all.filter((line) => !COMMAND.test(line))).toEqual([]);
    expect(all.filter((line) => /%(?!25|0A|0D|3A|2C)/.test(line))).toEqual([]);
  });
});
