import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { askHelper, runHelper } from '../../../src/registry/auth/credential-helper.ts';
import type { Credentials } from '../../../src/registry/auth/credentials.ts';

const SERVER = 'registry.example.com';

describe('askHelper', () => {
  test.each<[string, number, string, Credentials]>([
    [
      'a user name and a secret',
      0,
      '{"ServerURL":"registry.example.com","Username":"probe","Secret":"s"}\n',
      { kind: 'basic', username: 'probe', password: 's' },
    ],
    ['an identity token', 0, '{"Username":"<token>","Secret":"opaque"}', { kind: 'identity-token', token: 'opaque' }],
    ['an empty secret', 0, '{"Username":"","Secret":""}', { kind: 'none' }],
    ['no credentials', 1, 'credentials not found in native keychain', { kind: 'none' }],
  ])('understands %s', async (_, code, stdout, expected) => {
    const credentials = await askHelper('pass', SERVER, async () => ({ code, stdout }));

    expect(credentials).toEqual(expected);
  });

  test.each<[string, number | null, string, string]>([
    ['an exit code', 1, 'hunter2', `docker-credential-pass ended with code 1 for ${SERVER}; try: `],
    ['a signal', null, '', `docker-credential-pass ended with code none for ${SERVER}`],
    ['no JSON', 0, 'hunter2', `docker-credential-pass gave no Username and Secret for ${SERVER}`],
    ['another shape', 0, '{"Secret":["hunter2"]}', `docker-credential-pass gave no Username and Secret for ${SERVER}`],
  ])('%s is an error of one line without what was printed', async (_, code, stdout, expected) => {
    const asking = askHelper('pass', SERVER, async () => ({ code, stdout }));

    const error = await asking.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'CredentialError', code: 'credential_helper' });
    expect(String(error)).toContain(expected);
    expect(String(error)).not.toMatch(/hunter2|\n/);
  });

  test.each(['', '../evil', 'a/b', 'a b', 'a;b', '$(x)', 'a.b'])('%j is never run as a helper', async (name) => {
    let runs = 0;

    const asking = askHelper(name, SERVER, async () => ({ code: (runs += 1), stdout: '' }));

    await expect(asking).rejects.toThrow(`'${name}' is no name of a credential helper`);
    expect(runs).toBe(0);
  });
});

describe('runHelper', () => {
  test('a program on the path gets "get" as its argument and the server on its input', async () => {
    await installHelper('echo', 'read -r server; echo "$1 $server"; exit 3');

    const ran = await runHelper('echo', `${SERVER}\n`);

    expect(ran).toEqual({ code: 3, stdout: `get ${SERVER}\n` });
  });

  test('a program that does not read its input is judged by its exit code', async () => {
    await installHelper('deaf', 'exec <&-; echo "{}"');

    const ran = await runHelper('deaf', 'x'.repeat(1024 * 1024));

    expect(ran).toEqual({ code: 0, stdout: '{}\n' });
  });

  test('a program that is not installed is an error', async () => {
    const running = runHelper('not-installed-anywhere', SERVER);

    await expect(running).rejects.toThrow('cannot run docker-credential-not-installed-anywhere: ENOENT');
  });
});

async function installHelper(name: string, script: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'helper-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  const file = join(directory, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env['PATH'] ?? ''}`);
}
