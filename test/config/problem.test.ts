import { describe, expect, test } from 'vitest';

import { createProblems, formatPath } from '../../src/config/problem.ts';
import { problemsOf } from './loading.ts';

describe('createProblems', () => {
  test('tells the same line once', () => {
    const problems = createProblems();

    problems.add('probe.yaml', 'caFile', 'gone');
    problems.add('probe.yaml', 'caFile', 'gone');
    problems.add('', '', 'no registry');

    expect(problems.lines).toEqual(['probe.yaml: caFile: gone', 'no registry']);
  });
});

describe('formatPath', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['registries', 'prod', 'tags', 'match', 0], 'registries.prod.tags.match[0]'],
  ])('writes %j as %j', (path, written) => {
    expect(formatPath(path)).toBe(written);
  });
});

describe('a value in a problem', () => {
  test.each([
    ['https://robot:p@ss/w?rd@registry.example.com', "'https://***@registry.example.com'"],
    ['robot:hunter2@registry.example.com', "'***@registry.example.com'"],
    ['https://registry.example.com/path?token=hunter2', "'https://registry.example.com/path?***'"],
    ['registry.example.com#hunter2', "'registry.example.com#***'"],
    [`https://registry.example.com:x/${'a'.repeat(60)}`, `'https://registry.example.com:x/${'a'.repeat(29)}…'`],
  ])('is shown without credentials, query and length: %s', async (value, shown) => {
    const [problem] = await problemsOf({ env: { PROBE_PUSHGATEWAY_URL: value } });

    expect(problem).toMatch(/^PROBE_PUSHGATEWAY_URL: pushgateway\.url: expected /);
    expect(problem?.split(', got ')[1]).toBe(shown);
  });
});
