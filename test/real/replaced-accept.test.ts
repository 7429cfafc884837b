import { beforeAll, describe, expect, test } from 'vitest';

import { buildImage, type Image } from '../../src/demo/content.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { probe, runFlags } from '../support/probe.ts';
import { descriptorOf, handmade, parse, pushContents } from '../support/pullers/contents.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry } from '../support/servers/docker-registry.ts';
import { startNginx } from '../support/servers/nginx.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** A registry behind an nginx that says what it accepts in place of what clients do. */
let url: URL;
let registry: DockerRegistry;
beforeAll(async () => {
  registry = await startStocked([app, single]);
  const { root, ...below } = withHistory(buildImage({ seed: 'replaced/docker', dockerTypes: true }));
  await pushContents(registry.url, 'docker', 'v1', { root, ...below });
  const nginx = await startNginx({ upstream: registry.url, cacheValid: [], accept: '*/*' });
  url = nginx.url;
  return async () => {
    await nginx.stop();
    await registry.stop();
  };
});

/** As builders write it; without a history nothing is converted to schema 1. */
function withHistory(image: Image) {
  const history = image.layers.map(() => ({ created: '2026-01-01T00:00:00Z', created_by: 'COPY . .' }));
  const config = sealJson(image.config.mediaType, { ...parse(image.config), history });
  const document = { ...parse(image.manifest), config: descriptorOf(config) };
  return handmade(image.manifest.mediaType, document, [config, ...image.layers]);
}

describe('a proxy that replaces what clients accept', () => {
  test.each([
    ['an index', 'app', 'OCI index found, but accept header does not support OCI indexes'],
    ['an image', 'single', 'OCI manifest found, but accept header does not support OCI manifests'],
    ['an image of Docker, which comes as schema 1', 'docker', 'its name is resolved to schema 1'],
  ])('keeps nodes from %s, which is not said to be lost', async (_, repository, words) => {
    const { code, registry: report } = await probe(['verify', `${url.host}/${repository}:v1`, '--output', 'json']);

    expect(code).toBe(1);
    expect(report().findings).toMatchObject([{ object: 'manifest', fault: 'unresolvable' }]);
    const [{ observed, cause, hint } = { observed: { detail: '' }, cause: null, hint: '' }] = report().findings;
    expect(observed.detail).toContain(words);
    expect(cause?.code).toBe('accept_replaced');
    expect(hint).toMatch(/^Do not rebuild the image: .* Accept header/);
  });

  test('is no outage of the registry, and nothing of it is called gone', async () => {
    const { registry: report } = await probe(runFlags(url));

    expect(report()).toMatchObject({ verdict: 'broken', complete: true, unknowns: [] });
    expect(report().findings.map(({ fault }) => fault)).toEqual(['unresolvable', 'unresolvable', 'unresolvable']);
  });

  test('is what is wrong: the registry itself serves all of them', async () => {
    const { registry: report } = await probe(runFlags(registry.url));

    expect(report()).toMatchObject({ verdict: 'sound', complete: true });
  });
});
