import { afterAll, beforeAll, expect, test } from 'vitest';

import { pushContents } from '../support/pullers/contents.ts';
import { type Pullers, startPullers } from '../support/pullers/pullers.ts';
import { askProbe } from '../support/pullers/verdicts.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { PUSHED } from './cases/unpackable.ts';

let pullers: Pullers;
let registry: DockerRegistry;
beforeAll(async () => {
  pullers = await startPullers();
  registry = await startRegistry();
  for (const { tag, contents } of PUSHED) await pushContents(registry.url, 'pushed', tag, contents);
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

test.concurrent.each(PUSHED)('$title: the probe, which unpacks it as well, says the same', async ({ tag, unpacks }) => {
  const said = await askProbe(registry.url, { repository: 'pushed', tag }, ['--blob-check', 'unpack']);

  const expected = unpacks ? /^sound$/ : /^(config|layer)\/not_unpackable$/;
  expect(said.verify).toMatch(expected);
  expect(said.run).toMatch(expected);
});

test.concurrent.each(PUSHED)(
  '$title: the probe, which reads what there is, has nothing against it',
  async ({ tag }) => {
    const said = await askProbe(registry.url, { repository: 'pushed', tag });

    expect(said.verify).toBe('sound');
  },
);
