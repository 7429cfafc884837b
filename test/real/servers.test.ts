import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { startRegistry } from '../support/servers/docker-registry.ts';
import { freePort, isFree } from '../support/servers/free-port.ts';
import { startProcess } from '../support/servers/process.ts';
import { startPushgateway } from '../support/servers/pushgateway.ts';
import { startStub } from '../support/servers/stub-http.ts';
import { toolPath } from '../support/tools/tools.ts';

const SUPPORT = join(import.meta.dirname, '..', 'support');

describe('a registry', () => {
  test('starts empty, answers, and leaves nothing behind when it stops', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());

    const catalog = await fetch(new URL('/v2/_catalog', registry.url));
    const body: unknown = await catalog.json();
    await registry.stop();

    expect(body).toEqual({ repositories: [] });
    expect(await isFree(Number(registry.url.port))).toBe(true);
    expect(existsSync(join(registry.storageRoot, '..', '..', '..', '..'))).toBe(false);
  });

  test('restarts on the same port with what was pushed, and forgets what it had cached', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const digest = await pushBlob(registry.url);
    await rm(join(registry.storageRoot, 'blobs', 'sha256', digest.slice(7, 9), digest.slice(7), 'data'));

    const warm = await statusOfBlob(registry.url, digest);
    await registry.restart();
    const cold = await statusOfBlob(registry.url, digest);

    expect([warm, cold]).toEqual([200, 404]);
    expect(existsSync(join(registry.storageRoot, 'repositories', 'app'))).toBe(true);
    expect(registry.log().split('listening on').length - 1).toBe(2);
  });

  test('without the cache it sees at once that a blob is gone', async () => {
    const registry = await startRegistry({ cache: 'none' });
    onTestFinished(() => registry.stop());
    const digest = await pushBlob(registry.url);
    await rm(join(registry.storageRoot, 'blobs', 'sha256', digest.slice(7, 9), digest.slice(7), 'data'));

    expect(await statusOfBlob(registry.url, digest)).toBe(404);
  });

  test('stopped to be started again, it keeps its storage', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const digest = await pushBlob(registry.url);

    await registry.stop({ keep: true });
    const stopped = await isFree(Number(registry.url.port));
    await registry.start();

    expect(stopped).toBe(true);
    expect(await statusOfBlob(registry.url, digest)).toBe(200);
  });

  test('storage that it was given stays when it stops, and another can be started on it', async () => {
    const storage = await mkdtemp(join(tmpdir(), 'storage-'));
    onTestFinished(() => rm(storage, { recursive: true }));
    const first = await startRegistry({ storage });
    onTestFinished(() => first.stop());
    const digest = await pushBlob(first.url);
    await first.stop();

    const second = await startRegistry({ storage, port: Number(first.url.port) });
    onTestFinished(() => second.stop());

    expect(second.url.href).toBe(first.url.href);
    expect(await statusOfBlob(second.url, digest)).toBe(200);
  });

  test('with a password it asks for it', async () => {
    const registry = await startRegistry({ htpasswd: { user: 'us', password: 'secret' } });
    onTestFinished(() => registry.stop());
    const authorization = `Basic ${Buffer.from('us:secret').toString('base64')}`;

    const without = await fetch(new URL('/v2/', registry.url));
    const withPassword = await fetch(new URL('/v2/', registry.url), { headers: { authorization } });

    expect([without.status, withPassword.status]).toEqual([401, 200]);
  });

  test('as a pull-through cache it has what the other one has', async () => {
    const origin = await startRegistry();
    onTestFinished(() => origin.stop());
    const digest = await pushBlob(origin.url);
    const cache = await startRegistry({ proxyRemote: origin.url.origin });
    onTestFinished(() => cache.stop());

    expect(await statusOfBlob(cache.url, digest)).toBe(200);
  });

  test('collects its garbage while it runs', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const digest = await pushBlob(registry.url);

    const printed = await registry.garbageCollect(['-m']);

    expect(printed).toContain(digest);
    expect(await readdir(join(registry.storageRoot, 'blobs', 'sha256', digest.slice(7, 9)))).toEqual([]);
  });

  test('is not started where another one answers already', async () => {
    const first = await startRegistry();
    onTestFinished(() => first.stop());

    const second = startRegistry({ port: Number(first.url.port) });

    await expect(second).rejects.toThrow(`something listens at ${first.url.origin} already`);
  });

  test('that cannot start says what it printed', async () => {
    const starting = startRegistry({ proxyRemote: 'ftp://registry.example.com' });

    await expect(starting).rejects.toThrow(/docker-registry ended with .*it printed:\n.*level=/s);
  });
});

describe('a Pushgateway', () => {
  test.each(['', '/behind/a/proxy'])('answers under the prefix "%s", and is gone when it stops', async (prefix) => {
    const gateway = await startPushgateway({ prefix });
    onTestFinished(() => gateway.stop());

    const metrics = await gateway.metrics();
    await gateway.stop();

    expect(gateway.url.pathname).toBe(`${prefix}/`);
    expect(metrics).toContain('pushgateway_build_info');
    expect(await isFree(Number(gateway.url.port))).toBe(true);
  });
});

describe('a program', () => {
  test('dies with the test process, even one that is killed', async () => {
    const port = await freePort();
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', PARENT, SUPPORT, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    await once(parent.stdout, 'data');
    const before = await isFree(port);

    parent.kill('SIGKILL');

    await expect.poll(() => isFree(port), { timeout: 5_000 }).toBe(true);
    expect(before).toBe(false);
  });

  test('that ignores the polite signal is killed', async () => {
    const port = await freePort();
    const deaf = `process.on('SIGTERM', () => {}); require('node:http').createServer((_, res) => res.end()).listen(${port}, '127.0.0.1')`;
    const running = await startProcess({
      command: process.execPath,
      args: ['--eval', deaf],
      readyUrl: new URL(`http://127.0.0.1:${port}/`),
    });

    await running.stop();
    await running.stop();

    expect(isRunning(running.pid)).toBe(false);
  });

  test('that does not exist is an error that names it', async () => {
    const starting = startProcess({ command: '/no/such/program', args: [], readyUrl: new URL('http://127.0.0.1:9/') });

    await expect(starting).rejects.toThrow('/no/such/program');
  });
});

describe('a stub', () => {
  test('keeps what it was asked, target as sent', async () => {
    const stub = await startStub((_, response) => response.writeHead(418).end());
    onTestFinished(() => stub.stop());

    const { status } = await fetch(new URL('/a%2Fb?c=d', stub.url), { method: 'PUT', body: 'text' });

    expect(status).toBe(418);
    expect(stub.seen).toMatchObject([{ method: 'PUT', target: '/a%2Fb?c=d', body: 'text' }]);
  });
});

describe('the table of programs', () => {
  test('everything in it is installed, so that installing again does nothing', () => {
    const printed = execFileSync(process.execPath, [join(SUPPORT, 'tools', 'install.ts')], { encoding: 'utf8' });

    expect(printed).toBe('');
    expect(existsSync(toolPath('htpasswd'))).toBe(true);
  });
});

/** Starts a server as a test does, says so and waits to be killed. */
const PARENT = `
  const [support, port] = process.argv.slice(1);
  const { startProcess } = await import(support + '/servers/process.ts');
  const { toolPath } = await import(support + '/tools/tools.ts');
  await startProcess({
    command: toolPath('prometheus-pushgateway'),
    args: ['--web.listen-address=127.0.0.1:' + port, '--persistence.file='],
    readyUrl: new URL('http://127.0.0.1:' + port + '/'),
  });
  console.log('ready');
  setInterval(() => {}, 1_000_000);
`;

async function pushBlob(registry: URL): Promise<string> {
  const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const opened = await fetch(new URL('/v2/app/blobs/uploads/', registry), { method: 'POST' });
  const location = new URL(opened.headers.get('location') ?? '', registry);
  location.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const { status } = await fetch(location, { method: 'PUT', body: 'hello', headers });
  if (status !== 201) throw new Error(`the upload ended with ${status}`);
  return digest;
}

async function statusOfBlob(registry: URL, digest: string): Promise<number> {
  return (await fetch(new URL(`/v2/app/blobs/${digest}`, registry), { method: 'HEAD' })).status;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
