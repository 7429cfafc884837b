import { describe, expect, test } from 'vitest';

import { renewGoodPins, wasGoodOnce, type UsedPin } from '../../src/history/good-pins.ts';

const DAY = 24 * 3_600_000;

function pin(digest: string, isThere: boolean, ...namespaces: readonly string[]): UsedPin {
  return { repository: 'app', digest, namespaces: namespaces.length === 0 ? ['shop'] : namespaces, isThere };
}

function renew(known: ReturnType<typeof renewGoodPins>, pins: readonly UsedPin[], complete = true, now = DAY) {
  return renewGoodPins(known, { pins, complete }, { now });
}

describe('the pins that were good once', () => {
  test('are those that were there when somebody named them, and stay so when they are gone', () => {
    const first = renew(null, [pin('sha256:a', true), pin('sha256:b', false)]);
    const then = renew(first, [pin('sha256:a', false), pin('sha256:b', false)], true, 2 * DAY);

    const wasGood = wasGoodOnce({ goodPins: then });
    expect(['sha256:a', 'sha256:b'].map((digest) => wasGood('app', digest))).toEqual([true, false]);
    expect(wasGood('other', 'sha256:a')).toBe(false);
    expect(then).toMatchObject([{ namespace: 'shop', lastUsedAt: 2 * DAY }]);
  });

  test('are forgotten when nobody names them any more', () => {
    const first = renew(null, [pin('sha256:a', true)]);

    expect(renew(first, [])).toEqual([]);
  });

  test('are kept for a month where not all of the cluster was read', () => {
    const first = renew(null, [pin('sha256:a', true)], true, DAY);

    expect(renew(first, [], false, 30 * DAY)).toEqual(first);
    expect(renew(first, [], false, 32 * DAY)).toEqual([]);
  });

  test('are as they were where nobody has looked', () => {
    const first = renew(null, [pin('sha256:a', true)]);

    expect(renewGoodPins(first, null, { now: 2 * DAY })).toBe(first);
    expect(renewGoodPins(null, null, { now: 2 * DAY })).toBeNull();
    expect(wasGoodOnce({ goodPins: null })('app', 'sha256:a')).toBe(false);
    expect(wasGoodOnce(null)('app', 'sha256:a')).toBe(false);
  });

  test('are 10,000 at most, of each namespace some, and the same ones the next time', () => {
    const crowd = Array.from({ length: 12_000 }, (_, index) => pin(`sha256:${index}`, true, 'crowd'));
    const shop = Array.from({ length: 300 }, (_, index) => pin(`sha256:shop${index}`, true, 'crowd', 'shop'));

    const kept = renew(null, [...crowd, ...shop]);
    const again = renew(kept, [...crowd, ...shop]);

    const wasGood = wasGoodOnce({ goodPins: kept });
    expect(kept).toHaveLength(10_000);
    expect(shop.every(({ digest }) => wasGood('app', digest))).toBe(true);
    expect(again).toEqual(kept);
  });

  test('have fingerprints of 64 bits', () => {
    const [first] = renew(null, [pin('sha256:a', true)]) ?? [];

    expect(Buffer.from(first?.fingerprint ?? '', 'base64url')).toHaveLength(8);
  });
});
