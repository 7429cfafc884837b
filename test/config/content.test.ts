import { describe, expect, test } from 'vitest';

import { createContentReader, type ContentReader } from '../../src/config/content.ts';
import { createProblems } from '../../src/config/problem.ts';

const given = { value: '/file', origin: 'probe.yaml', path: 'some.file' };

function readerOf(content: string): { readonly reader: ContentReader; readonly lines: () => readonly string[] } {
  const problems = createProblems();
  return { reader: createContentReader(async () => content, problems), lines: () => problems.lines };
}

describe('createContentReader', () => {
  test.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n\n', 'hunter2'],
    [' hunter 2 ', ' hunter 2 '],
  ])('reads the secret in %j', async (content, secret) => {
    expect(await readerOf(content).reader.secret(given)).toBe(secret);
  });

  test.each([
    ['secret', '\n', 'is empty'],
    ['secret', 'hunter2\nhunter3\n', 'has more than one line'],
    ['certificates', 'hunter2', 'holds no certificate in PEM (BEGIN CERTIFICATE)'],
    ['json', 'hunter2', 'is not JSON'],
    ['json', '["hunter2"]', 'holds no JSON mapping'],
  ] as const)('tells what is wrong with %s in %j without quoting it', async (method, content, problem) => {
    const { reader, lines } = readerOf(content);

    expect(await reader[method](given)).toBeNull();
    expect(lines()).toEqual([`probe.yaml: some.file: '/file' ${problem}`]);
  });

  test('has nothing to read where no path is given', async () => {
    const { reader, lines } = readerOf('hunter2');

    expect(await reader.secret(undefined)).toBeNull();
    expect(await reader.secret({ ...given, value: null })).toBeNull();
    expect(lines()).toEqual([]);
  });
});
