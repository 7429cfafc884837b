import { describe, expect, test } from 'vitest';

import { parseConfiguration, readConfigurationFile } from '../../src/config/file.ts';
import { createProblems } from '../../src/config/problem.ts';

describe('parseConfiguration', () => {
  test.each([
    ['a: 1\nb: [x]\n', { a: 1, b: ['x'] }],
    ['', {}],
    ['# nothing\n', {}],
    ['null', {}],
    ['a: &x { b: 1 }\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
  ])('reads %j', (text, tree) => {
    const problems = createProblems();

    expect(parseConfiguration(text, 'probe.yaml', problems)).toEqual(tree);
    expect(problems.lines).toEqual([]);
  });

  test.each([
    ['a: 1\nb: 2\na: 3\n', "line 3: duplicate key 'a'"],
    ['registries:\n  prod: {}\n  "prod": {}\n', "line 3: duplicate key 'prod'"],
    [
      'a: [1\n',
      'line 2: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['password: "hunter2" hunter2\n', 'line 1: not valid YAML: unexpected scalar at node end'],
    ['password: @hunter2\n', 'line 1: not valid YAML: plain value cannot start with reserved character @'],
    ['password: !hunter2 x\n', 'line 1: not valid YAML: unresolved tag'],
    ['a:\n\tb: 1\n', 'line 2: not valid YAML: tabs are not allowed as indentation'],
    ['a: 1\n---\nb: 2\n', 'line 2: not valid YAML: more than one document'],
    ['a: *hunter2\n', 'not valid YAML: an alias leads nowhere, or to too much'],
    ['- a\n', 'expected a mapping of settings at the top level'],
    ['hunter2', 'expected a mapping of settings at the top level'],
    ['42', 'expected a mapping of settings at the top level'],
  ])('refuses %j in words of its own', (text, problem) => {
    const problems = createProblems();

    expect(parseConfiguration(text, 'probe.yaml', problems)).toBeNull();
    expect(problems.lines).toEqual([`probe.yaml: ${problem}`]);
  });

  test('refuses aliases that unfold to more than a config file can hold', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      return `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`;
    });
    const problems = createProblems();

    parseConfiguration(['a0: &a0 [x]', ...levels].join('\n'), 'probe.yaml', problems);

    expect(problems.lines).toEqual(['probe.yaml: not valid YAML: an alias leads nowhere, or to too much']);
  });
});

describe('readConfigurationFile', () => {
  test.each([
    ['ENOENT', 'no such file'],
    ['EACCES', 'permission denied'],
    ['EISDIR', 'it is a directory'],
    ['EIO', 'broken disk'],
  ])('tells a failure to read it: %s', async (code, problem) => {
    const problems = createProblems();
    const readFile = (): Promise<string> => Promise.reject(Object.assign(new Error('broken disk'), { code }));

    const file = await readConfigurationFile('probe.yaml', '--config', readFile, problems);

    expect(file).toBeNull();
    expect(problems.lines).toEqual([`--config: cannot read 'probe.yaml': ${problem}`]);
  });
});
