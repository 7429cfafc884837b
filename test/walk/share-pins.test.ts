import { describe, expect, test } from 'vitest';

import { nameOfPin, sharePins, type Pin } from '../../src/walk/share-pins.ts';

const MINUTE = 60_000;

function pinsOf(tenant: string, many: number): readonly Pin[] {
  return Array.from({ length: many }, (_, index) => ({
    repository: tenant,
    digest: `sha256:${String(index).padStart(5, '0')}`,
  }));
}

/** Each repository is of the tenant who is called so. */
function share(pins: readonly Pin[], most: number, { begin = new Map<string, string>(), now = 0 } = {}) {
  return sharePins(pins, {
    most,
    tenantsOf: ({ repository }) => repository.split('+'),
    begin: (tenant) => begin.get(tenant) ?? null,
    now,
  });
}

function countsOf(chosen: ReadonlyMap<string, readonly Pin[]>): Readonly<Record<string, number>> {
  return Object.fromEntries([...chosen].map(([tenant, pins]) => [tenant, pins.length]));
}

describe('the room of a run', () => {
  test('is for all where all have room, in the order of their names', () => {
    const { chosen, over, next } = share([...pinsOf('b', 2), ...pinsOf('a', 1)], 3, { now: 7 * MINUTE });

    expect([...chosen.values()].flat().map(nameOfPin)).toEqual(['a sha256:00000', 'b sha256:00000', 'b sha256:00001']);
    expect([over, next.size]).toEqual([[], 0]);
  });

  test('is shared: who names 10,000 leaves others theirs', () => {
    const { chosen, over } = share([...pinsOf('crowd', 10_000), ...pinsOf('shop', 3), ...pinsOf('ops', 40)], 100);

    expect(countsOf(chosen)).toEqual({ crowd: 57, shop: 3, ops: 40 });
    expect(over).toHaveLength(9_943);
  });

  test('is not taken twice by what two of them name', () => {
    const { chosen, over } = share([...pinsOf('a+b', 4)], 3);

    expect([...chosen.values()].flat()).toHaveLength(3);
    expect(over).toHaveLength(1);
  });

  test('is for some of each where there are more of them than room, and for others the next time', () => {
    const pins = Array.from({ length: 50 }, (_, index) => pinsOf(`t${index}`, 2)).flat();
    const seen = new Set<string>();

    for (let run = 0; run < 40; run += 1) {
      for (const tenant of share(pins, 10, { now: run * 15 * MINUTE }).chosen.keys()) seen.add(tenant);
    }

    expect(seen.size).toBe(50);
  });

  test('goes on where the last run ended, each one by itself, until all have had their turn', () => {
    const pins = [...pinsOf('crowd', 1_000), ...pinsOf('shop', 130)];
    let begin = new Map<string, string>();
    const seen: string[] = [];

    for (let run = 0; run < 20; run += 1) {
      const { chosen, next } = share(pins, 100, { begin, now: run * 15 * MINUTE });
      seen.push(...[...chosen.values()].flat().map(nameOfPin));
      begin = new Map(next);
    }

    expect(new Set(seen).size).toBe(1_130);
    const shop = seen.slice(0, 300).filter((name) => name.startsWith('shop '));
    expect(new Set(shop).size).toBe(130);
  });

  test.each([1, 7, 15, 60, 1440])('comes by everything by the time of day alone, every %i minutes', (minutes) => {
    const pins = pinsOf('crowd', 10_000);
    const seen = new Set<Pin>();

    for (let run = 0; run < 60 && seen.size < pins.length; run += 1) {
      const { chosen } = share(pins, 1_000, { now: 1_790_000_000_000 + run * minutes * MINUTE });
      for (const pin of chosen.get('crowd') ?? []) seen.add(pin);
    }

    expect(seen.size).toBe(10_000);
  });
});
