import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { ask } from '../support/ask.ts';
import { probe, runFlags } from '../support/probe.ts';
import { single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** `team` is lost where a page ends beside `team/3scale`: the registry sorts the two in one way and compares in another. */
const NAMES = ['alpha', 'beta/x', 'team', 'team-b', 'team/3scale', 'team/app', 'zeta'];
const STOCK = NAMES.map((repository) => ({ ...single, repository }));

let registry: DockerRegistry;
beforeAll(async () => {
  registry = await startStocked(STOCK);
});
afterAll(() => registry.stop());

/** What the registry lists to a client that follows the links and trusts them. */
async function followLinks(pageSize: number): Promise<readonly string[]> {
  const names: string[] = [];
  let path: string | undefined = `/v2/_catalog?n=${pageSize}`;
  while (path !== undefined && names.length < 50) {
    const page = await ask(registry.url, path);
    names.push(...(JSON.parse(page.text) as { readonly repositories: readonly string[] }).repositories);
    path = /^<([^>]+)>; rel="next"$/.exec(String(page.headers['link']))?.[1];
  }
  return names;
}

async function walk(env: Readonly<Record<string, string>>) {
  const run = await probe(runFlags(registry.url), env);
  expect(run.code).toBe(0);
  const { complete, verdict, counts, unknowns } = run.registry();
  expect({ complete, verdict, unknowns }).toEqual({ complete: true, verdict: 'sound', unknowns: [] });
  return counts;
}

describe("a stock registry:2's catalog", () => {
  test('refuses a page of more than 1000 names', async () => {
    const [accepted, refused] = [
      await ask(registry.url, '/v2/_catalog?n=1000'),
      await ask(registry.url, '/v2/_catalog?n=1001'),
    ];

    expect(accepted.status).toBe(200);
    expect([refused.status, refused.code]).toEqual([400, 'PAGINATION_NUMBER_INVALID']);
  });

  test('ends too early, or repeats itself, for who trusts its links', async () => {
    const [whole, threes, twos] = [await followLinks(1000), await followLinks(3), await followLinks(2)];

    expect([...whole].toSorted()).toEqual([...NAMES].toSorted());
    expect(threes).toHaveLength(3);
    expect(twos).toHaveLength(8);
    expect(new Set(twos).size).toBeLessThan(8);
  });

  test.each(['/v2/_catalog', '/v2/team/tags/list'])(
    'does not answer HEAD at %s, so that listings are got',
    async (path) => {
      expect((await ask(registry.url, path, { method: 'HEAD' })).status).toBe(405);
      expect((await ask(registry.url, path)).status).toBe(200);
    },
  );

  test('sends all tags at once, whatever page is asked for', async () => {
    const answer = await ask(registry.url, '/v2/team/tags/list?n=0');

    expect(JSON.parse(answer.text)).toEqual({ name: 'team', tags: ['v1'] });
    expect(answer.headers).not.toHaveProperty('link');
  });
});

describe('the probe', () => {
  test('lists every repository on one page', async () => {
    expect(await walk({})).toMatchObject({ repositories: 7, tags: 7 });
  });

  // With pages of one or three, `team` is on none of the registry's pages, whoever asks.
  test.each([
    [1, 6],
    [2, 7],
    [3, 6],
    [4, 7],
    [7, 7],
  ])('asks on behind a full page: with %i names on one it finds %i repositories', async (pageSize, listed) => {
    const counts = await walk({ PROBE_PAGE_SIZE: String(pageSize) });

    expect(counts).toMatchObject({ repositories: listed, tags: listed });
  });

  test.each([1, 2, 3, 4, 7])('walks with pages of %i what it is told to include, listed or not', async (pageSize) => {
    const env = { PROBE_PAGE_SIZE: String(pageSize), PROBE_REPOSITORIES_INCLUDE: 'team' };

    expect(await walk(env)).toMatchObject({ repositories: 7, tags: 7 });
  });

  test('takes smaller pages where the registry refuses, and at last those of its choice', async () => {
    vi.stubEnv('REGISTRY_CATALOG_MAXENTRIES', '50');
    onTestFinished(() => void vi.unstubAllEnvs());
    const strict = await startStocked(STOCK);
    onTestFinished(() => strict.stop());
    const proxy = await startReverseProxy(strict.url);
    onTestFinished(() => proxy.stop());

    const run = await probe(runFlags(proxy.url));

    const asked = proxy.seen.filter(({ target }) => target.startsWith('/v2/_catalog'));
    expect(asked.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /v2/_catalog?n=1000',
      'GET /v2/_catalog?n=100',
      'GET /v2/_catalog',
    ]);
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound', counts: { repositories: 7, tags: 7 } });
  });
});
