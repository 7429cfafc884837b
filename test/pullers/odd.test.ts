import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Pullers, startPullers } from '../support/pullers/pullers.ts';
import { askProbe } from '../support/pullers/verdicts.ts';
import { startOddRegistry } from '../support/servers/odd-registry.ts';
import type { RawServer } from '../support/servers/raw-http.ts';
import { DOCUMENTS } from './cases/documents.ts';
import { HEADS } from './cases/heads.ts';
import { LISTINGS } from './cases/listings.ts';
import { STORES } from './cases/stores.ts';
import { TRANSPORT } from './cases/transport.ts';
import { TYPES } from './cases/types.ts';
import type { OddCase } from './odd-case.ts';

const CASES: readonly OddCase[] = [...HEADS, ...TYPES, ...DOCUMENTS, ...TRANSPORT, ...LISTINGS, ...STORES];

let pullers: Pullers;
beforeAll(async () => void (pullers = await startPullers()));
afterAll(() => pullers.stop());

async function withRegistry(
  { stocked, quirk, toTls }: OddCase,
  use: (server: RawServer) => Promise<void>,
): Promise<void> {
  const server = await startOddRegistry(stocked, quirk, toTls);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

describe.each(CASES)('$title', (one) => {
  test.concurrent.each(Object.entries(one.tags))('%s: real pullers', async (name, expected) => {
    await withRegistry(one, async ({ url }) => {
      const said = await pullers.ask(`${url.host}/${name}`);

      expect(said).toEqual({ ...said, verdicts: expected.pullers });
    });
  });

  test.concurrent.each(Object.entries(one.tags))('%s: the probe', async (name, { probe, run = probe }) => {
    await withRegistry(one, async ({ url }) => {
      const verdicts = await askProbe(url, name, [], one.env);

      expect(verdicts.verify).toMatch(exactly(probe));
      expect(verdicts.run).toMatch(exactly(run));
    });
  });
});

test('a finding is what containerd 2 cannot pull', () => {
  const wrong = CASES.flatMap(({ title, tags }) =>
    Object.entries(tags)
      .filter(([, { probe }]) => typeof probe === 'string' && !/^(?:unknown|blocked)/.test(probe))
      .filter(([, { probe, pullers: who }]) => (probe === 'sound') !== who.startsWith('c2+'))
      .map(([name]) => `${title}: ${name}`),
  );

  expect(wrong).toEqual([]);
});

function exactly(expected: string | RegExp): RegExp {
  return typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected;
}
