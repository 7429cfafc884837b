import { afterAll, beforeAll, expect, test } from 'vitest';

import { pushContents } from '../support/pullers/contents.ts';
import { type Pullers, startPullers } from '../support/pullers/pullers.ts';
import { askProbe } from '../support/pullers/verdicts.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { FETCHED, PUSHED } from './cases/unpackable.ts';

const UNPACK = ['--blob-check', 'unpack'];

let pullers: Pullers;
let registry: DockerRegistry;
beforeAll(async () => {
  pullers = await startPullers();
  registry = await startRegistry();
  for (const { tag, contents } of [...PUSHED, ...FETCHED]) await pushContents(registry.url, 'pushed', tag, contents);
});
afterAll(async () => {
  await registry.stop();
  await pullers.stop();
});

test.concurrent.each(PUSHED)('$title: a node that unpacks it gets an image: $unpacks', async ({ tag, unpacks }) => {
  const reference = `${registry.url.host}/pushed:${tag}`;

  const fetched = await pullers.containerd.pull(reference);
  const unpacked = await pullers.containerd.unpack(reference);

  expect(fetched).toMatchObject({ ok: true });
  expect(unpacked).toMatchObject({ ok: unpacks });
});

test.concurrent.each(PUSHED)(
  '$title: the probe, which unpacks it as well, says the same',
  async ({ tag, unpacks, probe }) => {
    const said = await askProbe(registry.url, `pushed:${tag}`, UNPACK);

    const expected = unpacks ? new RegExp(`^${probe ?? 'sound'}$`) : /^(config|layer)\/not_unpackable$/;
    expect(said.verify).toMatch(expected);
    // The walk over all of them has an opinion of its own on what is not this one.
    expect(said.run).toMatch(unpacks ? /^(sound|unknown: protocol)$/ : expected);
  },
);

test.concurrent.each(FETCHED)('$title is fetched by nodes, and hashed by the probe', async ({ tag }) => {
  const fetched = await pullers.containerd.pull(`${registry.url.host}/pushed:${tag}`);
  const said = await askProbe(registry.url, `pushed:${tag}`, UNPACK);

  expect(fetched).toMatchObject({ ok: true });
  expect(said.verify).toBe('sound');
});

test.concurrent.each(PUSHED)(
  '$title: the probe, which reads what there is, has nothing against it',
  async ({ tag }) => {
    const said = await askProbe(registry.url, `pushed:${tag}`);

    expect(said.verify).toBe('sound');
  },
);
