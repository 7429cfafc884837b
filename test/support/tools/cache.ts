import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Names another folder for the built programs, for machines whose home is not kept. */
export const CACHE_VARIABLE = 'REGISTRY_INTEGRITY_PROBE_CACHE';

/**
 * The folder of what the tests build and need again: the user's and not the checkout's, so that a fresh clone builds
 * nothing twice. A relative XDG_CACHE_HOME is ignored, as its specification says.
 * https://specifications.freedesktop.org/basedir-spec/0.8/
 */
export function cacheRoot(env: Readonly<Record<string, string | undefined>>, home: string = homedir()): string {
  const named = env[CACHE_VARIABLE] ?? '';
  if (named !== '') return resolve(named);
  const user = env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(user) ? user : join(home, '.cache'), 'registry-integrity-probe');
}
