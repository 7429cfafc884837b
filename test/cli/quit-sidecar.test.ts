import { describe, expect, onTestFinished, test } from 'vitest';

import { probe } from '../support/probe.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';

async function startSidecar(status = 200): Promise<HttpStub> {
  const stub = await startStub((_, response) => void response.writeHead(status).end());
  onTestFinished(() => stub.stop());
  return stub;
}

/** Ends with 3: nobody answers for the registry. */
async function run(quitUrl: string, ...more: readonly string[]) {
  const url = `http://127.0.0.1:${await freePort()}`;
  return probe(['run', '--registry-url', url, ...more], { PROBE_QUIT_URL: quitUrl, HTTP_PROXY: 'http://127.0.0.1:9' });
}

describe('the container of a service mesh', () => {
  test('is told once to end, when everything else is done, and not through a proxy', async () => {
    const sidecar = await startSidecar();

    const { code, stderr } = await run(new URL('/quitquitquit', sidecar.url).href);

    expect(code).toBe(3);
    expect(sidecar.seen.map(({ method, target }) => `${method} ${target}`)).toEqual(['POST /quitquitquit']);
    expect(stderr).not.toContain('was not told to end');
  });

  test.each([404, 503])('that answers %i changes nothing but a warning', async (status) => {
    const sidecar = await startSidecar(status);

    const { code, stderr } = await run(sidecar.url.href);

    expect(code).toBe(3);
    expect(stderr).toContain('The container beside this one was not told to end');
    expect(stderr).toContain(`HTTP ${status}`);
  });

  test('that is not there changes nothing but a warning', async () => {
    const { code, stderr } = await run(`http://127.0.0.1:${await freePort()}/`);

    expect(code).toBe(3);
    expect(stderr).toContain('was not told to end');
  });

  test.each(['http://registry.example.com/quit', 'https://127.0.0.1:15020/', 'http://u:p@127.0.0.1/', 'quit'])(
    'is in this pod, and not at %s',
    async (quitUrl) => {
      const { code, stderr } = await run(quitUrl);

      expect(code).toBe(2);
      expect(stderr).toContain('PROBE_QUIT_URL: quitUrl: expected an http URL of this pod');
    },
  );
});
