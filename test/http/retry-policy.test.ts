import { describe, expect, test } from 'vitest';
import type { BodyEnd, HopOutcome } from '../../src/http/exchange.ts';
import { decide, parseRetryAfter, type Odds } from '../../src/http/retry-policy.ts';

const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);
const odds: Odds = { retries: 10, now: NOW, random: 0 };
const url = new URL('https://registry.example.com/v2/');

function answered(status: number, headers: Record<string, string> = {}, end: BodyEnd = 'complete'): HopOutcome {
  const response = { kind: 'response', status, headers, body: new Uint8Array(), received: 0, end, url } as const;
  return { outcome: { ...response, redirected: false }, transient: false };
}

function failed(transient: boolean): HopOutcome {
  return { outcome: { kind: 'failure', failure: 'refused', detail: 'refused', url }, transient };
}

describe('what is tried again', () => {
  test.each([429, 500, 502, 503, 504])('a %i is', (status) => {
    expect(decide(1, answered(status), odds).kind).toBe('retry');
  });

  test.each([200, 206, 301, 400, 401, 403, 404, 405, 408, 416, 501, 505])('a %i is not', (status) => {
    expect(decide(1, answered(status), odds).kind).toBe('stop');
  });

  test('a failure that may pass is, any other is not', () => {
    expect(decide(1, failed(true), odds).kind).toBe('retry');
    expect(decide(1, failed(false), odds).kind).toBe('stop');
  });

  test.each(['cut', 'timeout'] as const)('a body that ended with "%s" is not: it is evidence', (end) => {
    expect(decide(1, answered(200, {}, end), odds).kind).toBe('stop');
  });

  test.each([
    [0, 1, 'stop'],
    [2, 1, 'retry'],
    [2, 2, 'retry'],
    [2, 3, 'stop'],
  ])('with %i further tries, try %i is followed by: %s', (retries, attempt, kind) => {
    expect(decide(attempt, answered(503), { ...odds, retries }).kind).toBe(kind);
  });
});

describe('how long the wait is', () => {
  test.each([
    [1, 0, 125],
    [1, 0.5, 188],
    [1, 0.999, 250],
    [2, 0.999, 500],
    [3, 0.999, 1000],
    [6, 0.999, 7996],
    [7, 0.999, 9995],
    [9, 0.999, 9995],
    [9, 0, 5000],
  ])('after try %i with the draw %d it is %i ms', (attempt, random, waitMs) => {
    expect(decide(attempt, failed(true), { ...odds, random })).toEqual({ kind: 'retry', waitMs });
  });

  test.each([
    ['2', { kind: 'retry', waitMs: 2000 }],
    ['30', { kind: 'retry', waitMs: 30_000 }],
    ['31', { kind: 'stop' }],
    ['0', { kind: 'retry', waitMs: 250 }],
    ['Fri, 06 Nov 2026 08:49:37 GMT', { kind: 'retry', waitMs: 7000 }],
    ['whenever', { kind: 'retry', waitMs: 125 }],
  ])('Retry-After: %s is honored', (value, decision) => {
    expect(decide(1, answered(429, { 'retry-after': value }), odds)).toEqual(decision);
  });
});

test.each([
  ['120', 120_000],
  [' 7 ', 7000],
  ['0', 0],
  ['Fri, 06 Nov 2026 08:49:37 GMT', 7000],
  ['Friday, 06-Nov-26 08:49:37 GMT', 7000],
  ['Fri, 06 Nov 2026 08:49:00 GMT', 0],
  ['Fri, 99 Nov 2026 08:49:00 GMT', null],
  ['Fri Nov  6 08:49:37 2026', null],
  ['2026-11-06T08:49:37Z', null],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['', null],
  [undefined, null],
])('%s asks for a wait of %s ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});
