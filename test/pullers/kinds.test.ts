import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { pushContents } from '../support/pullers/contents.ts';
import { type Pullers, startPullers } from '../support/pullers/pullers.ts';
import { askProbe, walkAll } from '../support/pullers/verdicts.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { KINDS } from './cases/kinds.ts';

let pullers: Pullers;
beforeAll(async () => void (pullers = await startPullers()));
afterAll(() => pullers.stop());

describe.each(['docker-registry', 'registry'] as const)('%s', (program) => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ program });
    for (const { tag, contents } of KINDS) await pushContents(registry.url, 'kinds', tag, contents);
  });
  afterAll(() => registry.stop());

  test.concurrent.each(KINDS)('$title pulls', async ({ tag, pullers: expected }) => {
    const said = await pullers.ask(`${registry.url.host}/kinds:${tag}`);

    expect(said).toEqual({ ...said, verdicts: expected });
  });

  test.concurrent.each(KINDS)('$title is sound to the probe', async ({ tag, probe: expected = 'sound' }) => {
    const { verify } = await askProbe(registry.url, `kinds:${tag}`);

    expect(verify).toBe(expected);
  });

  test('a walk over all of them finds nothing and leaves nothing open', async () => {
    const walk = await walkAll(registry.url);

    expect(walk.registry()).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
  });
});
