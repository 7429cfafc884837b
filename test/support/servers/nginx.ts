import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** What it stands before, and how long it keeps what it was told. */
export interface NginxOptions {
  readonly upstream: URL;
  /** The arguments of `proxy_cache_valid`, one for each directive: `any 1s`, `200 5m`. Empty: nothing is kept. */
  readonly cacheValid: readonly string[];
  /** Who is let in, where not everybody is. */
  readonly login?: { readonly username: string; readonly password: string };
  /** What it says in place of the `Accept` that it was sent. */
  readonly accept?: string;
}

/** A request that nginx has answered. */
export interface NginxRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly status: number;
  /** `HIT`, `MISS`, `EXPIRED` ...; `-` where no cache was asked. */
  readonly cache: string;
}

/** An answer on nginx's disk. It may be too old to be given out. */
export interface CachedAnswer {
  readonly target: string;
  readonly status: number;
}

/** A real nginx, running, before another server. */
export interface RunningNginx {
  readonly url: URL;
  /** All requests so far, in the order in which they were done with. */
  requests(): Promise<readonly NginxRequest[]>;
  /** What its cache holds, sorted. */
  cached(): Promise<readonly CachedAnswer[]>;
  stop(): Promise<void>;
  log(): string;
}

/** Answered by nginx itself, so that nobody behind it is asked. */
const READY_PATH = '/nginx-is-ready';

/** The file with the one login that is let in. */
const PASSWORDS = 'passwords';

/** What Debian's build writes to `/var/lib/nginx` otherwise. */
const TEMP_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts an nginx on 127.0.0.1 as a caching reverse proxy, everything it writes in a folder of its own. */
export async function startNginx(options: NginxOptions): Promise<RunningNginx> {
  const program = toolPath('nginx');
  const url = new URL(`http://127.0.0.1:${await freePort()}/`);
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const configFile = join(folder, 'nginx.conf');
  try {
    await writeFile(configFile, nginxConfig(folder, url, options));
    const { username, password } = options.login ?? { username: '', password: '' };
    await writeFile(join(folder, PASSWORDS), `${username}:{PLAIN}${password}\n`);
    const running = await startProcess({
      command: program,
      args: ['-p', folder, '-e', 'stderr', '-c', configFile],
      readyUrl: new URL(READY_PATH, url),
    });
    return {
      url,
      requests: () => finishRequests(url).then(() => readRequests(join(folder, 'access.log'))),
      cached: () => finishRequests(url).then(() => readCache(join(folder, 'cache'), options.upstream)),
      log: () => running.log(),
      async stop() {
        await running.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** One process and nothing in the background. The cache's key is nginx's own: the URL behind it, with the query. */
function nginxConfig(folder: string, { host }: URL, { upstream, cacheValid, login, accept }: NginxOptions): string {
  const auth = login === undefined ? '' : `auth_basic "Registry";\n      auth_basic_user_file ${folder}/${PASSWORDS};`;
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  log_format question '$request_method $request_uri $status $upstream_cache_status';
  access_log ${folder}/access.log question;
  ${TEMP_PATHS.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  proxy_cache_path ${folder}/cache keys_zone=registry:1m;
  server {
    listen ${host};
    location = ${READY_PATH} {
      access_log off;
      return 204;
    }
    location / {
      ${auth}
      ${accept === undefined ? '' : `proxy_set_header Accept "${accept}";`}
      proxy_pass ${upstream.origin};
      proxy_cache registry;
      ${cacheValid.map((valid) => `proxy_cache_valid ${valid};`).join('\n      ')}
      add_header X-Cache-Status $upstream_cache_status always;
    }
  }
}
`;
}

/** A client may have its answer before nginx has written down what became of it; the next request comes after that. */
async function finishRequests(url: URL): Promise<void> {
  await (await fetch(new URL(READY_PATH, url))).text();
}

async function readRequests(path: string): Promise<readonly NginxRequest[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [method = '', target = '', status = '', cache = ''] = line.split(' ');
    return { method, target, status: Number(status), cache };
  });
}

/** A cache file is a binary header, the key on a line of its own, and the answer as it came. */
async function readCache(folder: string, { origin }: URL): Promise<readonly CachedAnswer[]> {
  const answers: CachedAnswer[] = [];
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'latin1');
    const [, key = '', status = ''] = /\nKEY: (.*)\nHTTP\/1\.[01] (\d{3})/.exec(text) ?? [];
    answers.push({ target: key.replace(origin, ''), status: Number(status) });
  }
  return answers.toSorted((a, b) => (a.target < b.target ? -1 : 1));
}
