import { parseDigest } from '../oci/digest.ts';
import { baseMediaType, OCI_INDEX, OCI_MANIFEST } from '../oci/media-types.ts';
import { answer, type Answer } from './answer.ts';
import { registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';
import type { DemoStore } from './store.ts';

/**
 * A manifest by tag or digest, as distribution 2.8 serves it: an OCI type that `Accept` does not name is a 404, a body
 * that is not JSON is a 500, and a body that was altered goes out under the digest that was asked for.
 * Docker's types are served as they are, whereas 2.8 converts them for a client that does not name them.
 */
export function manifest(store: DemoStore, request: DemoRequest): Answer {
  const name = request.repository ?? '';
  const reference = request.reference ?? '';
  const repository = store.repository(name);
  const byDigest = parseDigest(reference).kind === 'supported';
  const digest = byDigest ? reference : repository?.tags.get(reference);
  if (digest === undefined || digest === null) return registryError('MANIFEST_UNKNOWN', { detail: { Tag: reference } });

  const etag = `"${digest}"`;
  // 2.8 compares before it looks whether the manifest is still there.
  if (request.headers['if-none-match'] === etag) return answer(304, '');
  const stored = repository?.manifests.get(digest);
  if (stored === undefined) {
    return registryError('MANIFEST_UNKNOWN', { detail: { Name: name, Revision: digest } });
  }

  const body = parse(stored.bytes);
  if (body === undefined) return registryError('UNKNOWN', { detail: { Offset: 0 } });
  if (mustBeNamed(stored.mediaType, body) && !accepts(request, stored.mediaType)) {
    const noun = stored.mediaType === OCI_INDEX ? ['index', 'indexes'] : ['manifest', 'manifests'];
    const message = `OCI ${noun[0]} found, but accept header does not support OCI ${noun[1]}`;
    return registryError('MANIFEST_UNKNOWN', { message });
  }
  return answer(200, stored.bytes, { 'content-type': stored.mediaType, 'docker-content-digest': digest, etag });
}

/** An index that does not name its type in the body is taken for an older kind, and goes out to everyone. */
function mustBeNamed(mediaType: string, body: object): boolean {
  return mediaType === OCI_MANIFEST || (mediaType === OCI_INDEX && 'mediaType' in body);
}

/** Exact types only: 2.8 does not know wildcards. */
function accepts(request: DemoRequest, mediaType: string): boolean {
  return (request.headers['accept'] ?? '').split(',').some((type) => baseMediaType(type) === mediaType);
}

function parse(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
