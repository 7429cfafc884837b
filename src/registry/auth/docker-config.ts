import { readFile } from 'node:fs/promises';

import * as z from 'zod';

import { messageOf } from '../../util/errors.ts';
import { CredentialError } from './credential-error.ts';

const text = z.string().nullish();

/** What a Docker configuration says of one registry. */
const DockerAuth = z.object({
  /** `username:password` in Base64. */
  auth: text,
  username: text,
  password: text,
  identitytoken: text,
  registrytoken: text,
});
export type DockerAuth = z.infer<typeof DockerAuth>;

/** The part of Docker's `config.json` (and of a `kubernetes.io/dockerconfigjson` secret) that is about credentials. */
const DockerSettings = z.object({
  auths: z.record(z.string(), DockerAuth).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: text,
});

/** A Docker configuration, and where it came from. */
export type DockerConfig = z.infer<typeof DockerSettings> & { readonly file: string };

/** Reads a Docker configuration from a file. Throws a `CredentialError` that names the file. */
export async function readDockerConfig(file: string): Promise<DockerConfig> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new CredentialError('docker_config', `cannot read the Docker configuration ${file}: ${messageOf(error)}`);
  }
  return parseDockerConfig(content, file);
}

/** Reads a Docker configuration from its text. Throws a `CredentialError` that names the file. */
export function parseDockerConfig(content: string, file: string): DockerConfig {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    // The parser's own message quotes the text around the fault, which may be a password: neither message nor cause.
    throw new CredentialError('docker_config', `the Docker configuration ${file} is not JSON`);
  }
  const parsed = DockerSettings.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
    throw new CredentialError(
      'docker_config',
      `the Docker configuration ${file} has an unexpected shape at ${where}: ${issue?.message ?? 'unknown problem'}`,
    );
  }
  return { ...parsed.data, file };
}
