import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from '../support/temporary-folder.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What goes into an `Authorization` header. */
export function basicOf({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The environment that gives a login to the registry of the flags. */
export function environmentOf({ username, password }: Login): Readonly<Record<string, string>> {
  return { PROBE_REGISTRY_USERNAME: username, PROBE_REGISTRY_PASSWORD: password };
}

/** The environment that gives a Docker configuration with these entries. */
export async function dockerConfig(auths: Readonly<Record<string, object>>): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  return { DOCKER_CONFIG: folder };
}

/** A config file for `--config`; JSON is YAML, too. */
export async function configFile(content: object): Promise<string> {
  const file = join(await temporaryFolder(), 'config.yaml');
  await writeFile(file, JSON.stringify(content));
  return file;
}
