import * as z from 'zod';

import type { HttpResponse } from '../http/exchange.ts';
import { parseDigest } from '../oci/digest.ts';
import { MANIFEST_ACCEPT } from '../oci/media-types.ts';
import { unknown, type Absent, type Lookup } from '../walk/lookup.ts';
import type { Ask, ManifestContent, ManifestReference } from '../walk/source.ts';
import { apiError, deniesHaving, interrupted, isWebPage, observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { isEncoded } from './lengths.ts';
import { pullScope, repositoryPath } from './paths.ts';

/** What distribution 2.x adds to MANIFEST_UNKNOWN when the tag is there and the manifest it names is not. */
const RevisionDetail = z.object({ Revision: z.string() });

/** Gets a manifest: one GET, since the body is needed to walk on. All four media types go with every request. */
export async function getManifest(
  client: ApiClient,
  limit: number,
  repository: string,
  reference: ManifestReference,
  ask: Ask,
): Promise<Lookup<ManifestContent>> {
  const name = 'tag' in reference ? reference.tag : reference.digest;
  const answer = await client.send(
    {
      method: 'GET',
      path: repositoryPath(repository, 'manifests', name),
      headers: { accept: MANIFEST_ACCEPT },
      scope: pullScope(repository),
      read: { kind: 'all', limit },
    },
    ask,
  );
  if (answer.kind !== 'response') return undecided('GET', answer);
  if (answer.status === 200 && !isWebPage(answer)) return readBody(answer, limit);
  return deniesHaving(answer) ? missing(answer, 'tag' in reference) : undecided('GET', answer);
}

function readBody(response: HttpResponse, limit: number): Lookup<ManifestContent> {
  if (isEncoded(response)) {
    const detail = 'the manifest comes encoded although identity was asked for';
    return unknown('protocol', detail, observe('GET', response, detail));
  }
  const stopped = interrupted('GET', response);
  if (stopped !== null) return stopped;
  if (response.end === 'limit') {
    return unknown('protocol', `body_too_large: the manifest is longer than ${limit} bytes`, observe('GET', response));
  }
  if (response.end === 'cut' || response.received === 0) {
    const announced = response.headers['content-length'] ?? 'an unknown number of';
    const detail = `GET answered 200 and sent ${response.received} of ${announced} bytes`;
    return { kind: 'absent', fault: 'unreadable', observed: observe('GET', response, detail) };
  }
  return {
    kind: 'found',
    value: {
      bytes: response.body,
      mediaType: response.headers['content-type'] ?? '',
      claimedDigest: response.headers['docker-content-digest'] ?? null,
      observed: observe('GET', response),
    },
  };
}

/** A tag that resolves to nothing is dangling, unless the registry still names the manifest that it pointed to. */
function missing(response: HttpResponse, byTag: boolean): Absent {
  const observed = observe('GET', response);
  if (!byTag) return { kind: 'absent', fault: 'missing', observed };
  const digest = parseDigest(RevisionDetail.safeParse(apiError(response)?.detail).data?.Revision ?? '');
  if (digest.kind !== 'supported') return { kind: 'absent', fault: 'tag_dangling', observed };
  return { kind: 'absent', fault: 'missing', observed, digest: digest.digest };
}
