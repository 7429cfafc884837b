import { describe, expect, test } from 'vitest';

import type { RequestMatch } from '../../src/demo/request-match.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { NODE_LIMIT } from '../../src/registry/resolve.ts';
import { startDemo } from '../http/demo.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startFlood, type Flood, type Head } from './flood.ts';

const MIB = 1024 * 1024;
/** What Linux lets two sockets hold at most between a server that writes and a client that stopped reading: 32 + 4 MiB. */
const IN_FLIGHT = 40 * MIB;
const ENV = { PROBE_CONFIRM_ROUNDS: '1' };
const LOGIN = { username: 'prober', password: 'secret' };

/** A walk over a registry where what fits leads to the flood. */
async function walkInto(head: Head, when: RequestMatch, flags: readonly string[] = []) {
  const flood = await startFlood(head);
  const { registry, url } = await startDemo();
  const to = ({ path }: DemoRequest): URL => new URL(path, flood.url);
  registry.faults.add({ when, action: { kind: 'redirect', to } });
  const run = await probe([...runFlags(url), '--repository', 'single', ...flags], ENV);
  return { flood, run, registry: run.registry() };
}

/** The most that went in answer to one request, beyond what the sockets may hold; in bytes. */
function mostRead({ sent }: Flood): number {
  if (sent.length === 0 || sent.includes(0)) throw new Error('the flood was not asked for, or did not begin');
  return Math.max(...sent) - IN_FLIGHT;
}

describe('an answer without an end is read up to a limit, and let go', () => {
  test.each([true, false])('a manifest: 4 MiB, whether its length is announced or not (%s)', async (announced) => {
    const headers = { 'content-type': OCI_MANIFEST };

    const { flood, registry } = await walkInto({ status: 200, headers, announced }, { kind: 'manifest' });

    expect(mostRead(flood)).toBeLessThan(NODE_LIMIT);
    expect(registry.findings).toMatchObject([{ object: 'manifest', fault: 'unresolvable' }]);
    expect(registry.unknowns).toEqual([]);
  });

  test('a page of the catalog: 32 MiB', async () => {
    const { flood, run, registry } = await walkInto({ status: 200 }, { kind: 'catalog' });

    expect(mostRead(flood)).toBeLessThan(32 * MIB);
    expect(run.code).toBe(3);
    expect(registry.unknowns).toMatchObject([
      { reference: '_catalog', reason: 'protocol', detail: 'body_too_large: a page of /v2/_catalog' },
    ]);
  });

  test.each([401, 403, 404, 429, 500])('an error document in place of a manifest: 4 MiB of a %i', async (status) => {
    const { flood } = await walkInto({ status }, { kind: 'manifest', method: 'GET' });

    expect(mostRead(flood)).toBeLessThan(NODE_LIMIT);
  });

  test.each([
    ['an error document in place of a blob that is hashed', 500, 'full'],
    ['an error document in place of the end of a blob', 500, 'tail'],
    ['a blob that comes whole, though its last byte was asked for', 200, 'tail'],
  ])('%s: 64 KiB', async (_, status, check) => {
    const when = { kind: 'blob', method: 'GET' } as const;

    const { flood } = await walkInto({ status }, when, ['--blob-check', check]);

    expect(mostRead(flood)).toBeLessThan(64 * 1024);
  });

  test('the body of a redirect: 4 KiB', async () => {
    const target = await startDemo();
    const headers = { location: `${target.url.origin}/v2/single/manifests/v1` };

    const { flood, registry } = await walkInto({ status: 307, headers }, { kind: 'manifest' });

    expect(mostRead(flood)).toBeLessThan(MIB);
    expect(registry).toMatchObject({ complete: true, verdict: 'sound' });
  });

  test.each([200, 401, 500])('the answer of a token service: 1 MiB of a %i', async (status) => {
    const flood = await startFlood({ status });
    const { url } = await startDemo({ auth: { bearer: { ...LOGIN, realm: flood.url.href } } });
    const env = { ...ENV, PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };

    const run = await probe(runFlags(url), env);

    expect(mostRead(flood)).toBeLessThan(MIB);
    expect(run.code).toBe(3);
    expect(run.registry().unknowns).toHaveLength(1);
  });

  test.each([200, 400, 500])('the answer of a Pushgateway: 1 KiB of a %i', async (status) => {
    const flood = await startFlood({ status });
    const { url } = await startDemo();
    const flags = [...runFlags(url), '--pushgateway', flood.url.origin];

    const run = await probe(flags, { ...ENV, PROBE_PUSHGATEWAY_RETRIES: '0' });

    expect(mostRead(flood)).toBeLessThan(MIB);
    expect(run.code).toBe(status === 200 ? 0 : 4);
  });
});
