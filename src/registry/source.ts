import type { ContentSource } from '../walk/source.ts';
import type { Transport } from '../http/exchange.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { checkBackend } from './backend.ts';
import { withBreaker } from './breaker.ts';
import { checkBlob } from './blobs.ts';
import { readBlob } from './blob-bytes.ts';
import { createApiClient } from './client.ts';
import { listRepositories, listTags } from './listings.ts';
import { getManifestByHead, type ManifestCache } from './manifest-cache.ts';
import { getManifest } from './manifests.ts';
import type { RegistryOptions } from './options.ts';
import { createPageSizes } from './page-shapes.ts';
import { listReferrers } from './referrers.ts';
import { resolveReference } from './resolve.ts';

export interface RegistryDeps {
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly nonce: () => string;
  /** Lets others have their turn; left out, nobody waits for one. */
  readonly pause?: () => Promise<void>;
  /** Absent where nothing is kept from one run to the next. */
  readonly cache?: ManifestCache;
}

/** A registry over HTTP, as the walk asks it. It only reads: GET and HEAD. */
export function createRegistrySource(options: RegistryOptions, deps: RegistryDeps): ContentSource {
  const { cache } = deps;
  const client = createApiClient(options.url, options.pastCaches, deps);
  const listings = { client, sizes: createPageSizes() };
  return {
    guard: withBreaker,
    async repositories(ask) {
      const wrong = await checkBackend(deps.transport, client.url('/v2/'), options.expectAuth, ask);
      return wrong ?? listRepositories(listings, options.pageSize, ask);
    },
    tags: (repository, ask) => listTags(listings, repository, ask),
    resolve: (repository, reference, ask) => resolveReference(client, repository, reference, ask),
    manifest: (repository, digest, ask) =>
      cache === undefined || ask.again
        ? getManifest(client, options.manifestLimit, repository, digest, ask)
        : getManifestByHead(client, options.manifestLimit, cache, repository, digest, ask),
    manifestByTag: (repository, tag, ask) => getManifest(client, options.manifestLimit, repository, tag, ask),
    referrers: (repository, digest, ask) => listReferrers(client, repository, digest, ask),
    blob: (repository, descriptor, check, ask) => checkBlob(client, options, repository, descriptor, check, ask),
    blobBytes: (repository, descriptor, ask) => readBlob(client, repository, descriptor, ask),
  };
}
