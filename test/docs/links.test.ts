import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { anchorsOf, linksOf, pagesInDocs } from './markdown.ts';
import { ROOT, textOf } from './pipelines.ts';

const MARKDOWN = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'helm/registry-integrity-probe/README.md',
  ...pagesInDocs(),
];

/** Why a link leads nowhere; null for one that is sound. */
function brokenLink(from: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? resolve(ROOT, from) : resolve(ROOT, dirname(from), path);
  if (relative(ROOT, file).startsWith('..') || !existsSync(file)) return `${from}: no file ${target}`;
  if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)) return null;
  return `${from}: no heading ${target}`;
}

describe('the documentation', () => {
  test('every link leads to a file or a heading that is there', () => {
    const looked = MARKDOWN.flatMap((file) => linksOf(textOf(file)).map((target) => brokenLink(file, target)));

    expect(looked.length).toBeGreaterThan(20);
    expect(looked.filter((problem) => problem !== null)).toEqual([]);
  });

  test.each([
    ['docs/nowhere.md', 'README.md: no file docs/nowhere.md'],
    ['../elsewhere.md', 'README.md: no file ../elsewhere.md'],
    ['CONTRIBUTING.md#nothing-of-that-name', 'README.md: no heading CONTRIBUTING.md#nothing-of-that-name'],
    ['CONTRIBUTING.md#the-plan-of-the-house', null],
    ['#exit-codes', null],
  ])('a link to %s: %s', (target, problem) => {
    expect(brokenLink('README.md', target)).toBe(problem);
  });

  test('every decision is numbered, once', () => {
    const numbers = MARKDOWN.flatMap((file) => /decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1] ?? []).toSorted();

    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')));
  });
});
