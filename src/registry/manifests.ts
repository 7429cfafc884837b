import * as z from 'zod';

import type { BodyRead, HttpOutcome, HttpResponse } from '../http/exchange.ts';
import { parseDigest } from '../oci/digest.ts';
import { MANIFEST_ACCEPT } from '../oci/media-types.ts';
import type { Absent, Found, Lookup, Unknown } from '../walk/lookup.ts';
import type { Ask, ManifestContent } from '../walk/source.ts';
import { apiError, observe } from './answers.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { pullScope, repositoryPath } from './paths.ts';
import { withoutAccept } from './replaced-accept.ts';

/**
 * What distribution adds to MANIFEST_UNKNOWN when the tag is there and the manifest it names is not: 2.x as an object,
 * 3.x as a text that ends with `revision=sha256:…`.
 */
const RevisionDetail = z.union([
  z.object({ Revision: z.string() }).transform(({ Revision }) => Revision),
  z.string().transform((text) => /\brevision=(\S+)/.exec(text)?.[1] ?? ''),
]);

/** The walk compares the length with each descriptor that names the manifest. */
const QUESTION = {
  method: 'GET',
  name: 'the manifest',
  statuses: [200],
  size: null,
  mayBeEmpty: false,
  mayBeEncoded: false,
} as const;

/** How a manifest is asked for. */
export interface ManifestRequest {
  readonly method: 'GET' | 'HEAD';
  readonly read: BodyRead;
  readonly accept: string;
}

/** Sends a request for a manifest by a tag or a digest. */
export function sendForManifest(
  client: ApiClient,
  repository: string,
  name: string,
  { method, read, accept }: ManifestRequest,
  ask: Ask,
): Promise<HttpOutcome | Unknown> {
  const path = repositoryPath(repository, 'manifests', name);
  return client.send({ method, path, headers: { accept }, scope: pullScope(repository), read }, ask);
}

/** Judges the answer to a GET for a manifest of at most `limit` bytes. */
export function judgeManifest(answer: HttpOutcome | Unknown, limit: number): Found<HttpResponse> | Absent | Unknown {
  const replaced = answer.kind === 'response' ? withoutAccept(answer) : null;
  return replaced ?? judgeContent({ ...QUESTION, limit }, answer);
}

/** Gets a manifest by its digest, or by a tag: one GET, since the body is needed to walk on. */
export async function getManifest(
  client: ApiClient,
  limit: number,
  repository: string,
  name: string,
  ask: Ask,
): Promise<Lookup<ManifestContent>> {
  const read = { kind: 'all', limit } as const;
  const request = { method: 'GET', read, accept: MANIFEST_ACCEPT } as const;
  const judged = judgeManifest(await sendForManifest(client, repository, name, request, ask), limit);
  if (judged.kind !== 'found') return judged;
  const { body, headers } = judged.value;
  const observed = observe('GET', judged.value);
  return { kind: 'found', value: { bytes: body, mediaType: headers['content-type'] ?? '', observed } };
}

/** A tag that resolves to nothing is dangling, unless the registry still names the manifest that it pointed to. */
export function manifestGone(missing: Absent, response: HttpResponse): Absent {
  const digest = parseDigest(RevisionDetail.safeParse(apiError(response)?.detail).data ?? '');
  return digest.kind === 'supported' ? { ...missing, digest: digest.digest } : { ...missing, fault: 'tag_dangling' };
}

/**
 * What a refusal says is there, and of a kind that is not read here, so that it is left out as it would be if it were
 * served: an artifact of a retired type where the request does not name it (Azure's), or an image of schema 1, which
 * distribution 3 does not serve any more. Null for every other answer, and where what is refused is asked for.
 */
export function unsupportedHere(response: HttpResponse): string | null {
  const message = apiError(response)?.message ?? '';
  const [, kind] = /accept header does not support ((?:OCI|Docker) [\w ]{1,40})/i.exec(message) ?? [];
  if (response.status === 404 && kind !== undefined) return /manifest|index|list/i.test(kind) ? null : kind;
  const isSchema1 = response.status >= 400 && /unrecognized manifest schema version 1\b/i.test(message);
  return isSchema1 ? 'schema 1' : null;
}
