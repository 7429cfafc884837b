import { describe, expect, test } from 'vitest';
import type { HttpOutcome } from '../../src/http/exchange.ts';
import { pauseAfter, quotaPauseMs } from '../../src/http/pause-policy.ts';
import { decide } from '../../src/http/retry-policy.ts';

const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);
const odds = { now: NOW, random: 0 };
const url = new URL('https://registry.example.com/v2/');

function answered(status: number, headers: Record<string, string> = {}): HttpOutcome {
  const read = { body: new Uint8Array(), received: 0, end: 'complete' } as const;
  return { kind: 'response', status, headers, ...read, url, redirected: false };
}

describe('a refusal', () => {
  test.each<[number, string, object]>([
    [429, '5', { kind: 'wait', ms: 5000 }],
    [503, '5', { kind: 'wait', ms: 5000 }],
    [429, 'Fri, 06 Nov 2026 08:49:37 GMT', { kind: 'wait', ms: 7000 }],
    [429, '0', { kind: 'wait', ms: 250 }],
    [429, '30', { kind: 'wait', ms: 30_000 }],
    [429, '31', { kind: 'shut', ms: 31_000, status: 429 }],
    [429, '3600', { kind: 'shut', ms: 3_600_000, status: 429 }],
    [503, '3600', { kind: 'shut', ms: 3_600_000, status: 503 }],
  ])('%i with Retry-After: %s is for the whole host: %j', (status, value, pause) => {
    expect(pauseAfter(1, answered(status, { 'retry-after': value }), odds)).toEqual(pause);
  });

  test.each([
    [1, 0, 125],
    [2, 0.5, 375],
    [9, 0, 5000],
  ])('429 that names no time pauses the host for as long as its own request waits: try %i', (attempt, random, ms) => {
    const outcome = answered(429);

    const pause = pauseAfter(attempt, outcome, { now: NOW, random });

    const decision = decide(attempt, { outcome, transient: false }, { retries: 10, now: NOW, random });
    expect(pause).toEqual({ kind: 'wait', ms });
    expect(decision).toEqual({ kind: 'retry', waitMs: ms });
  });

  test.each([
    [503, {}],
    [503, { 'retry-after': 'soon' }],
    [500, { 'retry-after': '5' }],
    [502, { 'retry-after': '5' }],
    [200, { 'retry-after': '5' }],
    [404, {}],
  ])('%i with %j is about the one request', (status, headers) => {
    expect(pauseAfter(1, answered(status, headers), odds)).toBeNull();
  });

  test('that is no answer asks for nothing', () => {
    const failure = { kind: 'failure', failure: 'refused', detail: 'refused', url } as const;

    expect(pauseAfter(1, failure, odds)).toBeNull();
  });
});

describe('a quota that is used up', () => {
  test.each([
    [200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 20_000],
    [307, { 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 20_000],
    [429, { ratelimit: 'limit=9, remaining=0, reset=3' }, 3000],
    [429, { 'retry-after': '9', ratelimit: 'limit=9, remaining=0, reset=3' }, 9000],
  ])('is waited for: %i with %j', (status, headers, ms) => {
    expect(pauseAfter(1, answered(status, headers), odds)).toEqual({ kind: 'wait', ms });
  });

  test.each([
    { 'ratelimit-remaining': '0;w=21600' },
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '31' },
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '1793955000' },
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '0' },
    { 'ratelimit-remaining': '0' },
  ])('for longer than is waited, or for nobody knows how long, stops nothing: %j', (headers) => {
    expect(pauseAfter(1, answered(200, headers), odds)).toBeNull();
  });

  test('does not make a refusal shorter', () => {
    const headers = { 'retry-after': '3600', 'ratelimit-remaining': '0', 'ratelimit-reset': '5' };

    expect(pauseAfter(1, answered(429, headers), odds)).toMatchObject({ kind: 'shut', ms: 3_600_000 });
  });
});

test.each<[Record<string, string>, number | null]>([
  [{}, null],
  [{ 'ratelimit-remaining': '5', 'ratelimit-reset': '20' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 20_000],
  [{ 'ratelimit-remaining': ' 0 ', 'ratelimit-reset': ' 20 ' }, 20_000],
  [{ 'ratelimit-remaining': '0' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': 'soon' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '-5' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '1.5' }, null],
  [{ 'ratelimit-remaining': '0;w=21600' }, 21_600_000],
  [{ 'ratelimit-remaining': '0; W=20' }, 20_000],
  [{ 'ratelimit-remaining': '76;w=21600' }, null],
  [{ 'ratelimit-remaining': '00;w=20' }, 20_000],
  [{ 'ratelimit-remaining': '10;w=20' }, null],
  [{ 'ratelimit-remaining': '0;w=21600', 'ratelimit-reset': '7' }, 7000],
  [{ 'ratelimit-remaining': '4;w=1, 0;w=60, 0;w=3600' }, 3_600_000],
  [{ 'ratelimit-remaining': '0;window=20' }, null],
  [{ 'ratelimit-remaining': 'none' }, null],
  [{ ratelimit: 'limit=100, remaining=0, reset=50' }, 50_000],
  [{ ratelimit: 'limit=100,remaining=0,reset=50' }, 50_000],
  [{ ratelimit: 'Limit=100, Remaining=0, Reset=50' }, 50_000],
  [{ ratelimit: 'limit=100, remaining=99, reset=50' }, null],
  [{ ratelimit: 'limit=100, remaining=0' }, null],
  [{ ratelimit: 'remaining' }, null],
  [{ ratelimit: 'remaining=0, reset=50', 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }, 50_000],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' }, null],
])('%j asks for a pause of %j ms', (headers, ms) => {
  expect(quotaPauseMs(headers)).toBe(ms);
});
