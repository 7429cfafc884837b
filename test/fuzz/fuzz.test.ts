import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { describe as told, search } from './campaign.ts';
import { PARSERS } from './parsers.ts';
import { PROGRAM } from './program/property.ts';
import { asyncProperty, property } from './property.ts';
import { watched } from './watched.ts';

/** A few cases of each, the same ones each time: `npm run fuzz` looks for others, and takes longer. */
const SEEDS = [1, 2, 3];
const RUNS = 60;
const PROGRAM_RUNS = 150;
/** In milliseconds: a program that has not ended by then does not. It takes a few seconds where nobody else is busy. */
const FOREVER = 180_000;

describe('what strangers write', () => {
  test.each(SEEDS)('is borne by everything that reads it or writes it again (seed %i)', async (seed) => {
    const failures = await search(PARSERS, { seed, runs: RUNS, minutes: 0 }, () => {});

    expect(failures.map(told)).toEqual([]);
  });

  test.each(SEEDS.slice(1))('keeps the whole program from nothing that it promises (seed %i)', async (seed) => {
    const failures = await search(PROGRAM, { seed, runs: PROGRAM_RUNS, minutes: 0 }, () => {});

    expect(failures.map(told)).toEqual([]);
  });
});

describe('a search', () => {
  const never7 = property('never-7', fc.nat(9), (number) => {
    if (number === 7) throw new Error('seven');
  });

  test('finds what does not hold, and says how to repeat it', async () => {
    const [failure, ...others] = await search([never7], { seed: 1, runs: 1000, minutes: 0 }, () => {});

    expect(others).toEqual([]);
    expect(failure).toMatchObject({ property: 'never-7', seed: 1, example: '7' });
    expect(failure === undefined ? '' : told(failure)).toContain(
      `again: npm run fuzz -- --only never-7 --seed 1 --path ${failure?.path}\n`,
    );
    const again = await search([never7], { seed: 1, runs: 1, minutes: 0, path: failure?.path ?? '' }, () => {});
    expect(again).toMatchObject([{ example: '7', runs: 1 }]);
  });

  test(
    'ends when all has been searched, whoever still listens',
    async () => {
      const argv = [join(import.meta.dirname, 'main.ts'), '--only', 'program', '--seed', '1', '--runs', '1'];

      const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: FOREVER - 1_000 });

      expect(stdout).toBe('seed 1\nround 1: 1 properties, 0 do not hold\n');
    },
    FOREVER,
  );

  test('tells of what waits as well', async () => {
    const failing = asyncProperty('failing', fc.constant(0), () => Promise.reject(new Error('never')));

    expect(await search([failing], { seed: 1, runs: 10, minutes: 0 }, () => {})).toMatchObject([{ runs: 1 }]);
  });

  test('comes back from what does not', () => {
    const stuck = (): boolean => /^(?:a+)+$/.test(`${'a'.repeat(60)}!`);

    expect(() => watched(stuck, 200)).toThrow(/timed out/);
    expect(watched(() => 'done', 200)).toBe('done');
  });
});
