import { describe, expect, test } from 'vitest';

import { EXIT, EXIT_CODE_MEANINGS, exitCodeOf, worstOf } from '../../src/cli/exit-codes.ts';
import type { Verdict, WalkResult } from '../../src/walk/result.ts';
import { createTally } from '../../src/walk/tally.ts';

function result(verdict: Verdict, complete: boolean): WalkResult {
  return {
    verdict,
    complete,
    catalogAccessible: true,
    counts: createTally().counts([]),
    findings: [],
    unknowns: [],
    blocked: [],
  };
}

const sound = result('sound', true);
const broken = result('broken', true);
const brokenInPart = result('broken', false);
const unknown = result('unknown', false);
const suspect = result('suspect', true);
const suspectInPart = result('suspect', false);
const ALL = { sound, broken, brokenInPart, unknown, suspect, suspectInPart };

/** Which code wins where several apply; 2 is decided before there is any result. */
const ORDER = [EXIT.undelivered, EXIT.findings, EXIT.unknown, EXIT.done];

describe('exitCodeOf', () => {
  test.each([
    { what: 'sound', delivered: true, failOnFindings: false, code: 0 },
    { what: 'sound', delivered: true, failOnFindings: true, code: 0 },
    { what: 'broken', delivered: true, failOnFindings: false, code: 0 },
    { what: 'broken', delivered: true, failOnFindings: true, code: 1 },
    { what: 'brokenInPart', delivered: true, failOnFindings: false, code: 3 },
    { what: 'brokenInPart', delivered: true, failOnFindings: true, code: 1 },
    { what: 'unknown', delivered: true, failOnFindings: false, code: 3 },
    { what: 'unknown', delivered: true, failOnFindings: true, code: 3 },
    { what: 'suspect', delivered: true, failOnFindings: false, code: 3 },
    { what: 'suspect', delivered: true, failOnFindings: true, code: 3 },
    { what: 'suspectInPart', delivered: true, failOnFindings: false, code: 3 },
    { what: 'suspectInPart', delivered: true, failOnFindings: true, code: 3 },
    { what: 'sound', delivered: false, failOnFindings: false, code: 4 },
    { what: 'sound', delivered: false, failOnFindings: true, code: 4 },
    { what: 'broken', delivered: false, failOnFindings: false, code: 4 },
    { what: 'broken', delivered: false, failOnFindings: true, code: 4 },
    { what: 'brokenInPart', delivered: false, failOnFindings: true, code: 4 },
    { what: 'unknown', delivered: false, failOnFindings: false, code: 4 },
    { what: 'suspect', delivered: false, failOnFindings: true, code: 4 },
  ] as const)('is $code: $what, delivered $delivered, findings fail $failOnFindings', (row) => {
    const { what, delivered, failOnFindings, code } = row;

    expect(exitCodeOf({ results: [ALL[what]], delivered, failOnFindings })).toBe(code);
  });

  test.each([
    { what: 'unknown', delivered: true, failOnFindings: false, bug: false, code: 0 },
    { what: 'suspect', delivered: true, failOnFindings: false, bug: false, code: 0 },
    { what: 'brokenInPart', delivered: true, failOnFindings: false, bug: false, code: 0 },
    { what: 'brokenInPart', delivered: true, failOnFindings: true, bug: false, code: 1 },
    { what: 'unknown', delivered: false, failOnFindings: false, bug: false, code: 4 },
    { what: 'sound', delivered: true, failOnFindings: false, bug: true, code: 3 },
  ] as const)('is $code where unknown is no failure: $what, delivered $delivered, bug $bug', (row) => {
    const { what, code, ...outcome } = row;

    expect(exitCodeOf({ results: [ALL[what]], failOnUnknown: false, ...outcome })).toBe(code);
  });

  const pairs = Object.values(ALL).flatMap((one) =>
    Object.values(ALL).flatMap((other) => [true, false].map((failOnFindings) => ({ one, other, failOnFindings }))),
  );

  test.each(pairs)('of two registries the first of 4, 1, 3, 0 wins', ({ one, other, failOnFindings }) => {
    const single = [one, other].map((each) => exitCodeOf({ results: [each], delivered: true, failOnFindings }));

    const both = exitCodeOf({ results: [one, other], delivered: true, failOnFindings });

    expect(both).toBe(ORDER.find((code) => single.includes(code)));
  });

  test('a break in one registry is not hidden by another that could not be told', () => {
    expect(exitCodeOf({ results: [unknown, broken, sound], delivered: true, failOnFindings: true })).toBe(1);
    expect(exitCodeOf({ results: [unknown, broken, sound], delivered: true, failOnFindings: false })).toBe(3);
  });
});

describe('a bug that was caught', () => {
  test.each([
    { what: 'sound', delivered: true, code: 3 },
    { what: 'broken', delivered: true, code: 1 },
    { what: 'broken', delivered: false, code: 4 },
  ] as const)('makes it $code: $what, delivered $delivered', ({ what, delivered, code }) => {
    expect(exitCodeOf({ results: [ALL[what]], delivered, failOnFindings: true, bug: true })).toBe(code);
  });
});

describe('worstOf', () => {
  test.each([
    [[0, 3, 1, 4, 2], 2],
    [[0, 3, 1, 4], 4],
    [[3, 1, 0], 1],
    [[0, 3], 3],
    [[0], 0],
  ] as const)('of %j counts %i', (codes, worst) => {
    expect(worstOf(codes)).toBe(worst);
  });
});

describe('the meanings of the exit codes', () => {
  test('are given for each code once, in order', () => {
    expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual([0, 1, 2, 3, 4]);
    expect(Object.values(EXIT)).toEqual([0, 1, 2, 3, 4]);
  });
});
