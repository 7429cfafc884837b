import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';

import { ConfigurationError } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { brokenDigests } from '../history/known-broken.ts';
import { createManifestFiles } from '../history/manifest-files.ts';
import type { State } from '../history/state.ts';
import type { ManifestCache } from '../registry/manifest-cache.ts';
import { messageOf } from '../util/errors.ts';
import type { CommandDeps } from './session.ts';

/** Makes the folder where it is not there, and throws a `ConfigurationError` where it cannot be used. */
export async function checkCacheFolder({ cacheDirectory }: Pick<Settings, 'cacheDirectory'>): Promise<void> {
  if (cacheDirectory === null) return;
  try {
    await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
    await access(cacheDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const isFile = await stat(cacheDirectory).then(
      (there) => !there.isDirectory(),
      () => false,
    );
    const why = isFile ? `${cacheDirectory} is a file` : messageOf(error);
    throw new ConfigurationError([`cacheDirectory: expected a folder that can be written to; ${why}`]);
  }
}

/**
 * The manifests that earlier runs kept of a registry; null where none are to be kept. What a state knows as broken is not
 * taken from there, and without a state nothing is known. A dry run keeps nothing.
 */
export function openManifestCache(
  { cacheDirectory, dryRun }: Pick<Settings, 'cacheDirectory' | 'dryRun'>,
  registry: string,
  state: State | null,
  { clock, log }: Pick<CommandDeps, 'clock' | 'log'>,
): ManifestCache | null {
  if (cacheDirectory === null) return null;
  const files = createManifestFiles(cacheDirectory, registry, log);
  if (!dryRun) void files.prune(Math.random(), clock.now());
  const broken = state === null ? new Set() : brokenDigests(state);
  return {
    store: dryRun ? { read: files.read, write: () => Promise.resolve() } : files,
    isBroken: (repository, digest) => broken.has(`${repository}@${digest}`),
    now: clock.now,
  };
}
