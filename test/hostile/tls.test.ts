import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { AUTHORITY, certificate, serveBoth } from '../http/servers.ts';
import { probe, runFlags, type ProbeRun } from '../support/probe.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStub } from '../support/servers/stub-http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

const TLS = join(import.meta.dirname, '../support/tls');
const TRUSTED = ['--ca-file', join(TLS, 'authority.pem')];
/** The probe's own, which the authority vouches for. */
const OWN = { cert: join(TLS, 'other.pem'), key: join(TLS, 'other.key') };
const LOGIN = { username: 'probe', password: 'hunter2' };
const CREDENTIALS = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };

/** The usual registry behind TLS, walked with these flags. */
async function runOverTls(pair: 'server' | 'other' | 'expired', ...flags: readonly string[]): Promise<ProbeRun> {
  const { url } = await startHostile();
  const front = await startReverseProxy(url, certificate(pair));
  onTestFinished(() => front.stop());
  return probe([...runFlags(front.url), ...flags]);
}

describe('a certificate', () => {
  test('of a private authority is good where that is given', async () => {
    expect(outcome(await runOverTls('server', ...TRUSTED))).toEqual(SOUND);
  });

  test.each([
    ['of an unknown authority', 'server', []] as const,
    ['for another host', 'other', TRUSTED] as const,
    ['that has expired', 'expired', TRUSTED] as const,
  ])('%s makes the registry inaccessible, and its images not missing', async (_, pair, flags) => {
    const done = await runOverTls(pair, ...flags);

    expect(outcome(done)).toEqual(untold('_catalog tls'));
    expect(done.registry().catalogAccessible).toBe(false);
    expect(detailOf(done)).toContain('127.0.0.1');
  });

  test.each(['server', 'other', 'expired'] as const)('of any kind will do where that is said (%s)', async (pair) => {
    expect(outcome(await runOverTls(pair, '--insecure'))).toEqual(SOUND);
  });

  test('of the client lets the probe in, at the registry and at the Pushgateway', async () => {
    const { url } = await startHostile();
    const mutual = { ...certificate('server'), ca: AUTHORITY, requestCert: true, rejectUnauthorized: true };
    const gateway = await startStub((_, response) => response.writeHead(200).end());
    onTestFinished(() => gateway.stop());
    const fronts = await Promise.all([url, gateway.url].map((target) => startReverseProxy(target, mutual)));
    for (const front of fronts) onTestFinished(() => front.stop());
    const [registry, pushgateway] = fronts;

    const done = await probe([...runFlags(registry?.url ?? url), ...TRUSTED], {
      PROBE_CERT_FILE: OWN.cert,
      PROBE_KEY_FILE: OWN.key,
      PROBE_PUSHGATEWAY_URL: pushgateway?.url.origin ?? '',
      PROBE_PUSHGATEWAY_CA_FILE: TRUSTED[1] ?? '',
      PROBE_PUSHGATEWAY_CERT_FILE: OWN.cert,
      PROBE_PUSHGATEWAY_KEY_FILE: OWN.key,
    });

    expect(outcome(done)).toEqual(SOUND);
    expect(gateway.seen.map(({ method }) => method)).toEqual(['PUT']);
  });

  test('of the client, which is asked for and not given, leaves the registry inaccessible', async () => {
    const tls = { ...certificate('server'), ca: AUTHORITY, requestCert: true, rejectUnauthorized: true };
    const server = createServer(tls, (_, response) => void response.writeHead(200).end('{}'));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;

    const done = await probe([...runFlags(new URL(`https://127.0.0.1:${port}`)), ...TRUSTED]);

    // Depending on which comes first: the alert, or the end of the connection.
    expect(outcome(done).unknowns).toEqual([expect.stringMatching(/^_catalog (tls|connection)$/)]);
    expect(outcome(done)).toMatchObject({ code: 3, findings: [] });
  });
});

describe('a file of authorities', () => {
  test.each([
    ['that is not there', null],
    ['that is empty', ''],
    ['that holds no certificate', 'not a certificate'],
  ])('%s is told before anything is asked', async (_, content) => {
    const { url, asked } = await startHostile();
    const file = join(await temporaryFolder(), 'ca.pem');
    if (content !== null) await writeFile(file, content);

    const done = await probe([...runFlags(url), '--ca-file', file]);

    expect(done.code).toBe(2);
    expect(done.stderr).toContain(file);
    expect(asked()).toEqual([]);
  });
});

describe('a registry over https', () => {
  test('that also speaks HTTP/2 is asked in HTTP/1.1, in which all of this was measured', async () => {
    const { url } = await startHostile();
    const front = await serveBoth(certificate('server'), (incoming, outgoing) => {
      const { method, headers } = incoming;
      const asked = request(new URL(incoming.url ?? '/', url), { method, headers, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      asked.end();
    });

    expect(outcome(await probe([...runFlags(front.url), ...TRUSTED]))).toEqual(SOUND);
    expect(new Set(front.requests.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['1.1']));
  });

  test('that names a token service over plain HTTP is not told the password, unless insecure', async () => {
    const { registry, url } = await startHostile({ auth: { bearer: LOGIN } });
    const front = await startReverseProxy(url, certificate('server'));
    onTestFinished(() => front.stop());

    const strict = await probe([...runFlags(front.url), ...TRUSTED], CREDENTIALS);
    const before = registry.requests.matching({ kind: 'token' }).length;
    const lax = await probe([...runFlags(front.url), '--insecure'], CREDENTIALS);

    expect(outcome(strict)).toEqual(untold('_catalog auth'));
    expect(detailOf(strict)).toContain('realm_refused');
    expect(before).toBe(0);
    expect(outcome(lax)).toEqual(SOUND);
  });

  test('that is none, but speaks plain HTTP, is told as such', async () => {
    const { url } = await startHostile();

    const done = await probe([...runFlags(new URL(`https://${url.host}`)), ...TRUSTED]);

    expect(outcome(done)).toEqual(untold('_catalog tls'));
  });
});
