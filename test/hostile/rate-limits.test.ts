import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { app } from '../support/reg-fixture.ts';
import { detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const RETRY = { PROBE_RETRIES: '1' };
const HOUR = 3_600_000;

const tooMany = (headers: Readonly<Record<string, string>> = {}): FaultAction => ({
  kind: 'status',
  status: 429,
  headers: { 'content-type': 'application/json', ...headers },
  body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}',
});
const date = (ms: number): string => new Date(Date.now() + ms).toUTCString();

describe('a registry that asks for patience', () => {
  test.each<[string, () => Readonly<Record<string, string>>]>([
    ['without saying how much', () => ({})],
    ['for a second', () => ({ 'retry-after': '1' })],
    ['for no time', () => ({ 'retry-after': '0' })],
    ['until a moment from now', () => ({ 'retry-after': date(1_500) })],
    ['until a moment that has passed', () => ({ 'retry-after': date(-HOUR) })],
    ['in no words that are known', () => ({ 'retry-after': 'soon' })],
  ])('%s, is asked again then', async (_, headers) => {
    const { fail, run, asked } = await startHostile();
    fail(tooMany(headers()), { reference: layer }, { times: 1 });

    expect(outcome(await run(RETRY))).toEqual(SOUND);
    // Then, and not only by the confirmation at the end.
    expect(asked({ predicate: ({ search }) => search.includes('probe=') })).toEqual([]);
  });

  test('and is unavailable meanwhile, is asked again then', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 503, headers: { 'retry-after': '0' } }, { kind: 'tags' }, { times: 1 });

    expect(outcome(await run(RETRY))).toEqual(SOUND);
  });

  test.each([
    ['seconds', { 'retry-after': '3600' }],
    ['a date', { 'retry-after': date(HOUR) }],
  ])('for an hour, in %s, is left alone: what is open stays unknown, and the run ends', async (_, headers) => {
    const { fail, run, asked } = await startHostile();
    fail(tooMany(headers), {}, { after: 6 });
    const began = performance.now();

    const done = await run({ PROBE_RETRIES: '5' });

    expect([done.code, done.registry().verdict, done.registry().findings]).toEqual([3, 'unknown', []]);
    expect(new Set(done.registry().unknowns.map(({ reason }) => reason))).toEqual(new Set(['rate_limited']));
    expect(performance.now() - began).toBeLessThan(5_000);
    // The six that went well, and those that were on their way when the seventh was turned down.
    expect(asked().length).toBeLessThan(6 + 2 * 4);
  });

  test('again and again is unknown, never missing', async () => {
    const { fail, run } = await startHostile();
    fail(tooMany(), { reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(untold(`app ${layer} rate_limited`));
    expect(detailOf(done)).toContain('429');
  });

  test('before it says a word is inaccessible for that reason', async () => {
    const { fail, run } = await startHostile();
    fail(tooMany({ 'retry-after': '3600' }));

    expect(outcome(await run())).toEqual(untold('_catalog rate_limited'));
  });
});

describe('a quota', () => {
  const used = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' };

  test('that is used up, and answers well all the same, is no reason to stop', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'headers', headers: used });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('that is used up, and answers no more, leaves the rest unknown', async () => {
    const { fail, run } = await startHostile();
    fail(tooMany(used), { kind: 'manifest' });

    const done = await run();

    expect(outcome(done)).toEqual(untold('app v1 rate_limited', 'single v1 rate_limited'));
    expect(done.registry().counts.unknown.rate_limited).toBe(2);
  });

  test('that is over in a moment is waited for', async () => {
    const { fail, run } = await startHostile();
    const soon = { 'ratelimit-limit': '10', 'ratelimit-remaining': '0', 'ratelimit-reset': '1' };
    fail({ kind: 'headers', headers: soon }, { kind: 'catalog' });
    const began = performance.now();

    expect(outcome(await run())).toEqual(SOUND);
    expect(performance.now() - began).toBeGreaterThan(900);
  });
});
