import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { CredentialError } from '../../../src/registry/auth/credential-error.ts';
import { parseDockerConfig, readDockerConfig } from '../../../src/registry/auth/docker-config.ts';

const FILE = '/home/probe/.docker/config.json';

describe('parseDockerConfig', () => {
  test.each<[string, string]>([
    ['an empty object', '{}'],
    ['nothing but unknown settings', '{"HttpHeaders":{"X":"y"},"detachKeys":"ctrl-e"}'],
    ['nulls', '{"auths":null,"credHelpers":null,"credsStore":null}'],
    ['an entry without credentials', '{"auths":{"registry.example.com":{}},"credsStore":"desktop"}'],
  ])('takes %s', (_, text) => {
    const config = parseDockerConfig(text, FILE);

    expect(config.file).toBe(FILE);
  });

  test.each<[string, string, string]>([
    [
      'cut short',
      '{"auths":{"registry.example.com":{"auth":"aHVudGVyMg==',
      `the Docker configuration ${FILE} is not JSON`,
    ],
    ['no JSON', 'password hunter2', `the Docker configuration ${FILE} is not JSON`],
    ['empty', '', `the Docker configuration ${FILE} is not JSON`],
    ['a list', '["hunter2"]', `the Docker configuration ${FILE} has an unexpected shape at the document`],
    [
      'an entry that is a string',
      '{"auths":{"registry.example.com":"hunter2"}}',
      `the Docker configuration ${FILE} has an unexpected shape at auths.registry.example.com`,
    ],
    [
      'an auth that is an object',
      '{"auths":{"r":{"auth":{"password":"hunter2"}}}}',
      `the Docker configuration ${FILE} has an unexpected shape at auths.r.auth`,
    ],
  ])('one line names the file, and no secret, when it is %s', (_, text, expected) => {
    const error = thrownBy(() => parseDockerConfig(text, FILE));

    expect(error).toBeInstanceOf(CredentialError);
    expect(error.message).toContain(expected);
    expect(error.message).not.toContain('\n');
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/hunter2|aHVudGVy/);
  });
});

describe('readDockerConfig', () => {
  test('reads a file', async () => {
    const file = await temporaryFile('{"credsStore":"pass"}');

    const config = await readDockerConfig(file);

    expect(config).toEqual({ credsStore: 'pass', file });
  });

  test('a file that is not there is named', async () => {
    const file = join(tmpdir(), 'no-such-directory', 'config.json');

    const reading = readDockerConfig(file);

    await expect(reading).rejects.toThrow(`cannot read the Docker configuration ${file}: ENOENT`);
  });
});

async function temporaryFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'docker-config-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'config.json');
  await writeFile(file, text);
  return file;
}

function thrownBy(task: () => unknown): Error {
  try {
    task();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
