import { beforeAll, describe, expect, test } from 'vitest';

import { Report } from '../../src/report/schema.ts';
import { buildBundle } from '../support/image/bundle.ts';
import { familiesIn } from '../support/shown.ts';
import { type Fought, fight, LIMIT } from './arena.ts';
import { CHOSEN_ATTACKS, LONG_ATTACKS } from './attacks.ts';

/** In milliseconds of a processor: a signal is heard within a second on a machine that is busy with other things, too. */
const BUSY_AT_MOST = 1_000;
const PATIENCE_MS = 250_000;

let bundle: string;
beforeAll(async () => {
  bundle = (await buildBundle()).path;
});

/** The failures that were pushed for a registry, of a complete walk or of an incomplete one. */
function failuresOf({ pushes }: Fought, registry: string, name: string): number | null {
  const [only, ...others] = pushes.get(registry) ?? [];
  if (only === undefined || others.length > 0) throw new Error(`${registry} was pushed ${others.length + 1} times`);
  const samples = familiesIn(only.body).find((family) => family.name === `registry_integrity_${name}`)?.samples;
  return samples?.reduce((sum, { value }) => sum + value, 0) ?? null;
}

/** What the report says of a repository, whether or not the registry is suspect. */
function foundIn({ stdout }: Fought, registry: string, repository: string): readonly unknown[] {
  const { registries } = Report.parse(JSON.parse(stdout));
  const findings = registries.find(({ name }) => name === registry)?.findings ?? [];
  return findings.filter((finding) => finding.repository === repository);
}

describe('whatever one registry holds or answers, in the memory that the chart gives a pod', () => {
  test.each(CHOSEN_ATTACKS)(
    '$name: the finding of the other one is told, and what is known of this one',
    async ({ arrange, isFair }) => {
      const fought = await fight(arrange, { bundle });

      expect([0, 3]).toContain(fought.code);
      expect(fought.pushes.get('quiet')).toMatchObject([{ method: 'PUT' }]);
      expect(failuresOf(fought, 'quiet', 'failures')).toBe(1);
      expect(fought.pushes.get('attacked')).toHaveLength(1);
      expect(fought.resident).toBeLessThan(LIMIT);
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
