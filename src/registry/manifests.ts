import * as z from 'zod';

import type { HttpResponse } from '../http/exchange.ts';
import { parseDigest } from '../oci/digest.ts';
import { MANIFEST_ACCEPT } from '../oci/media-types.ts';
import type { Absent, Lookup } from '../walk/lookup.ts';
import type { Ask, ManifestContent, ManifestReference } from '../walk/source.ts';
import { apiError, observe } from './answers.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { pullScope, repositoryPath } from './paths.ts';

/** What distribution 2.x adds to MANIFEST_UNKNOWN when the tag is there and the manifest it names is not. */
const RevisionDetail = z.object({ Revision: z.string() });

/** The walk compares the length with each descriptor that names the manifest, and a tag names none. */
const QUESTION = {
  method: 'GET',
  name: 'the manifest',
  statuses: [200],
  size: null,
  mayBeEmpty: false,
  mayBeEncoded: false,
} as const;

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
  const judged = judgeContent({ ...QUESTION, limit }, answer);
  if (judged.kind === 'found') return { kind: 'found', value: toContent(judged.value) };
  const isGone = judged.kind === 'absent' && judged.fault === 'missing' && answer.kind === 'response';
  return isGone && 'tag' in reference ? tagGone(judged, answer) : judged;
}

function toContent(response: HttpResponse): ManifestContent {
  return {
    bytes: response.body,
    mediaType: response.headers['content-type'] ?? '',
    claimedDigest: response.headers['docker-content-digest'] ?? null,
    observed: observe('GET', response),
  };
}

/** A tag that resolves to nothing is dangling, unless the registry still names the manifest that it pointed to. */
function tagGone(missing: Absent, response: HttpResponse): Absent {
  const digest = parseDigest(RevisionDetail.safeParse(apiError(response)?.detail).data?.Revision ?? '');
  return digest.kind === 'supported' ? { ...missing, digest: digest.digest } : { ...missing, fault: 'tag_dangling' };
}
