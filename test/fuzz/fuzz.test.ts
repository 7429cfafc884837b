import { randomInt } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { describe as told, search } from './campaign.ts';
import { PARSERS } from './parsers.ts';
import { PROGRAM } from './program/property.ts';
import { asyncProperty, property } from './property.ts';
import { watched } from './watched.ts';

/** A few cases of each: `npm run fuzz` takes longer. The last seed is another one each time, and is in the test's name. */
const SEEDS = [1, 2, randomInt(2 ** 31)];
const RUNS = 60;
const PROGRAM_RUNS = 150;

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
