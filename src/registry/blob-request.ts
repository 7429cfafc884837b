import type { HttpOutcome } from '../http/exchange.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Unknown } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import type { ApiClient, ApiRequest } from './client.ts';
import type { ContentQuestion } from './content.ts';
import { pullScope, repositoryPath } from './paths.ts';

/** Sends one request for a blob. */
export function sendForBlob(
  client: ApiClient,
  repository: string,
  { digest }: Descriptor,
  request: Pick<ApiRequest, 'method' | 'headers' | 'read'>,
  ask: Ask,
): Promise<HttpOutcome | Unknown> {
  const path = repositoryPath(repository, 'blobs', digest);
  return client.send({ ...request, path, scope: pullScope(repository) }, ask);
}

/** What an answer has to be like to bring all of a blob by GET, as it was pushed. */
export function blobQuestion(name: string, { size }: Descriptor): ContentQuestion {
  return { method: 'GET', name, statuses: [200], size, mayBeEmpty: size === 0, mayBeEncoded: false };
}
