import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where this machine's npm gets its packages from. Logins are left where they are. */
const SETTINGS = ['registry', 'cafile', 'https-proxy', 'proxy', 'noproxy'] as const;
const VARIABLES = ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'no_proxy'] as const;

/** The variables that make npm elsewhere ask the same package registry as here, and the files that they name. */
export interface NpmSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/** Reads how npm is configured on this machine. */
export async function npmSettings(): Promise<NpmSettings> {
  const set: Record<string, string> = {};
  const files: string[] = [];
  for (const name of SETTINGS) {
    const value = (await execute('npm', ['config', 'get', name])).stdout.trim();
    if (['', 'null', 'undefined'].includes(value)) continue;
    set[`npm_config_${name.replaceAll('-', '_')}`] = value;
    if (name === 'cafile') files.push(value);
  }
  for (const name of VARIABLES) {
    const value = process.env[name];
    if (value === undefined || value === '') continue;
    set[name] = value;
    if (name === 'NODE_EXTRA_CA_CERTS') files.push(value);
  }
  return { env: set, files };
}

/** The folder of the package `npm` that is on PATH; throws where there is none. */
export async function npmFolder(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const program = await realpath(join(folder, 'npm')).catch(() => null);
    if (program?.endsWith('/bin/npm-cli.js') === true) return dirname(dirname(program));
  }
  throw new Error('npm is needed and not on PATH, as Node distributes it: it is built into the image that builds');
}
