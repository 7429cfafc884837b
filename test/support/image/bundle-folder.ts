import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { TestProject } from 'vitest/node';

// Within the project, or the paths in the source map would lead out of it.
const CACHE = join(resolve(import.meta.dirname, '..', '..', '..'), '.cache');

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests of this run share the bundle. */
    readonly bundleFolder: string;
  }
}

/** Makes the folder before all tests, and removes it after them. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'bundle-'));
  provide('bundleFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
