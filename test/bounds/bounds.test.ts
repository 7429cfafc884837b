import { beforeAll, describe, expect, test } from 'vitest';

import { buildBundle } from '../support/image/bundle.ts';
import { fight, LIMIT } from './arena.ts';
import { CHOSEN_ATTACKS, LONG_ATTACKS } from './attacks.ts';
import { BUSY_AT_MOST, failuresOf, foundIn, memoryOf } from './told.ts';

const PATIENCE_MS = 250_000;

let bundle: string;
beforeAll(async () => {
  bundle = (await buildBundle()).path;
});

describe('whatever one registry holds or answers, in the memory that the chart gives a pod', () => {
  test.each(CHOSEN_ATTACKS)(
    '$name: the finding of the other one is told, and what is known of this one',
    async ({ arrange, isFair }) => {
      const fought = await fight(arrange, { bundle });

      expect([0, 3]).toContain(fought.code);
      expect(fought.pushes.get('quiet')).toMatchObject([{ method: 'PUT' }]);
      expect(failuresOf(fought, 'quiet', 'failures')).toBe(1);
      expect(fought.pushes.get('attacked')).toHaveLength(1);
      expect(memoryOf(fought)).toBeLessThan(LIMIT);
      expect(fought.busyMs).toBeLessThan(BUSY_AT_MOST);
      expect(foundIn(fought, 'attacked', 'app').length).toBeGreaterThanOrEqual(isFair === true ? 1 : 0);
    },
    PATIENCE_MS,
  );
});

describe('whoever tells it to end in the middle of it', () => {
  test.each(LONG_ATTACKS)(
    '$name: is heard, and told what is known by then',
    async ({ arrange }) => {
      const fought = await fight(arrange, { bundle, terminateAt: [3_000, 4_000] });

      const [stopping] = fought.stderr.split('\n').filter((line) => line.includes('"Stopping: '));
      expect(JSON.parse(stopping ?? '{}')).toMatchObject({ why: 'SIGTERM' });
      expect([fought.code, fought.signal]).toEqual([3, null]);
      expect(fought.pushes.get('quiet')).toHaveLength(1);
      expect(fought.pushes.get('attacked')).toMatchObject([{ method: 'POST' }]);
      expect(fought.busyMs).toBeLessThan(BUSY_AT_MOST);
    },
    PATIENCE_MS,
  );
});
