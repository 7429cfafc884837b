import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Pullers, startPullers } from '../support/pullers/pullers.ts';
import { askProbe } from '../support/pullers/verdicts.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { DAMAGE, type DamageRow } from './damage-rows.ts';
import { rowsAt, startDamaged } from './damaged-registry.ts';

const PLACES = (['docker-registry', 'registry'] as const).flatMap((program) =>
  (['warm', 'cold'] as const).map((temperature) => ({ program, temperature })),
);

let pullers: Pullers;
beforeAll(async () => void (pullers = await startPullers()));
afterAll(() => pullers.stop());

describe.each(PLACES)('$program, $temperature', ({ program, temperature }) => {
  const rows = rowsAt(program, temperature);
  let registry: DockerRegistry;
  beforeAll(async () => void (registry = await startDamaged(rows, temperature, { program })));
  afterAll(() => registry.stop());

  test.concurrent.each(rows)('$title: real pullers', async ({ victim: { repository }, pullers: expected }) => {
    const said = await pullers.ask(`${registry.url.host}/${repository}:v1`);

    expect(said).toEqual({ ...said, verdicts: expected });
  });

  test.concurrent.each(rows)('$title: the probe', async ({ victim: { repository }, probe: expected, flags = [] }) => {
    const only = { PROBE_REPOSITORIES_SOURCE: 'list', PROBE_REPOSITORIES_INCLUDE: `${repository},sibling` };

    const said = await askProbe(registry.url, `${repository}:v1`, flags, only);

    expect(said).toEqual({ verify: expected, run: expected });
  });
});

test('a finding is what containerd 2 cannot pull', () => {
  const wrong = DAMAGE.filter((row) => !agrees(row) || Object.values(row.on3 ?? {}).some((one) => !agrees(one)));

  expect(wrong.map(({ title }) => title)).toEqual([]);
});

function agrees({ probe, pullers: who }: Pick<DamageRow, 'probe' | 'pullers'>): boolean {
  return (probe === 'sound') === who.startsWith('c2+');
}
