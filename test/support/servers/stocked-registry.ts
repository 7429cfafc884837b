import type { Image, Index } from '../../../src/demo/content.ts';
import { push } from '../push.ts';
import { type DockerRegistry, type RegistryOptions, startRegistry } from './docker-registry.ts';

/** Something to push; a null tag pushes by digest alone. */
export interface Stock {
  readonly repository: string;
  readonly tag: string | null;
  readonly content: Image | Index;
}

/** Starts a registry:2 that holds all of this. Stop it when the test is over. */
export async function startStocked(
  stock: readonly Stock[],
  options: Omit<RegistryOptions, 'htpasswd'> = {},
): Promise<DockerRegistry> {
  const registry = await startRegistry(options);
  try {
    for (const { repository, tag, content } of stock) await push(registry.url, repository, tag, content);
  } catch (error) {
    await registry.stop();
    throw error;
  }
  return registry;
}
