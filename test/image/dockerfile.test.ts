import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..');
const LINES = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8').split('\n');

/** A reference with a tag, for people, and a digest, so that nobody can put another image in its place. */
const PINNED = /^[a-z0-9.-]+(?:\/[a-z0-9._-]+)+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}$/;

describe('the Dockerfile', () => {
  test('takes its bases by digest, unless told otherwise', () => {
    const defaults = LINES.flatMap((line) => /^ARG \w+_IMAGE=(.*)$/.exec(line)?.[1] ?? []);

    expect(defaults).toHaveLength(2);
    for (const reference of defaults) expect(reference).toMatch(PINNED);
  });

  test('builds on no other image', () => {
    const bases = LINES.flatMap((line) => /^FROM (?:--\S+ )?(\S+)/.exec(line)?.[1] ?? []);

    expect(bases).toEqual(['${BUILD_IMAGE}', '${RUNTIME_IMAGE}']);
  });

  test('runs nothing in the last stage, which may be of another architecture', () => {
    const last = LINES.slice(LINES.findLastIndex((line) => line.startsWith('FROM ')));

    expect(last.filter((line) => /^(?:RUN|ADD)\b/.test(line))).toEqual([]);
  });

  test('is given nothing but what the bundle is built from', () => {
    const rules = readFileSync(resolve(ROOT, '.dockerignore'), 'utf8').split('\n');

    expect(rules.filter((rule) => rule !== '' && !rule.startsWith('#'))).toEqual([
      '*',
      '!.npmrc',
      '!package-lock.json',
      '!package.json',
      '!src',
    ]);
  });
});
