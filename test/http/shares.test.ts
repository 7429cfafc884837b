import { describe, expect, test } from 'vitest';

import { createShares } from '../../src/http/shares.ts';

const PERMITS = 4;

/** Shares of which one party has ended slowly, and another one quickly, at 1000 ms. */
function oneSlow() {
  const shares = createShares();
  for (const party of ['slow', 'slow', 'slow', 'quick']) shares.started(party);
  shares.ended('slow', 500, 1000);
  shares.ended('quick', 499, 1000);
  return shares;
}

describe('whoever is slow', () => {
  test('has half of the permits while others are quick, and those all', () => {
    const shares = oneSlow();

    expect([shares.mayStart('slow', PERMITS, 1000), shares.mayStart('quick', PERMITS, 1000)]).toEqual([false, true]);
    shares.ended('slow', 500, 1000);
    expect(shares.mayStart('slow', PERMITS, 1000)).toBe(true);
  });

  test('has one permit always', () => {
    const shares = createShares();
    for (const party of ['slow', 'quick']) shares.started(party);
    shares.ended('slow', 500, 0);
    shares.ended('quick', 1, 0);

    expect(shares.mayStart('slow', 1, 0)).toBe(true);
  });

  test('is held back no more once it was not slow, or nobody else was quick, for a while', () => {
    const shares = oneSlow();
    shares.started('quick');
    shares.ended('quick', 1, 4000);

    expect(shares.mayStart('slow', PERMITS, 6000)).toBe(false);
    expect(shares.mayStart('slow', PERMITS, 6001)).toBe(true);
    shares.ended('slow', 500, 6001);
    shares.started('slow');
    expect(shares.mayStart('slow', PERMITS, 9000)).toBe(false);
    expect(shares.mayStart('slow', PERMITS, 9001)).toBe(true);
  });

  test('is not held back by what itself does quickly', () => {
    const shares = createShares();
    for (let times = 0; times < PERMITS; times += 1) shares.started('slow');
    shares.ended('slow', 500, 0);
    shares.ended('slow', 1, 0);

    expect(shares.mayStart('slow', PERMITS, 0)).toBe(true);
  });

  test('is held back by another one that was quick before itself was', () => {
    const shares = oneSlow();
    shares.started('slow');
    shares.ended('slow', 1, 1000);

    expect(shares.mayStart('slow', PERMITS, 1000)).toBe(false);
  });
});
