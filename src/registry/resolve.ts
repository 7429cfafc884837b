import type { HttpOutcome, HttpResponse } from '../http/exchange.ts';
import { digestOf, parseDigest } from '../oci/digest.ts';
import { MANIFEST_TYPES } from '../oci/media-types.ts';
import type { Obstacle } from '../walk/fault.ts';
import type { Absent, Lookup, Unknown } from '../walk/lookup.ts';
import type { Ask, ManifestReference, Resolution } from '../walk/source.ts';
import { observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { announcedLength } from './lengths.ts';
import { manifestGone, sendForManifest, unsupportedHere, judgeManifest } from './manifests.ts';

/** In bytes: containerd resolves no larger one. https://github.com/containerd/containerd/blob/v2.1.5/core/remotes/docker/resolver.go#L63 */
export const NODE_LIMIT = 4_393_216;

/** What containerd accepts where it resolves a name. */
const RESOLVE_ACCEPT = [...MANIFEST_TYPES, '*/*'].join(', ');

/** Refusals that are of the moment, or the login's, and say nothing of the thing. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 429]);

/**
 * Resolves a tag, or a digest that is asked for by itself, as containerd does: by the headers of a HEAD, or of a GET
 * where HEAD is not allowed, and by the body where the headers name no digest or no length. Where that is refused, a GET
 * tells whether the thing is there all the same: then nodes cannot come by it, and others can.
 * https://github.com/containerd/containerd/blob/v2.1.5/core/remotes/docker/resolver.go
 */
export async function resolveReference(
  client: ApiClient,
  repository: string,
  reference: ManifestReference,
  ask: Ask,
): Promise<Lookup<Resolution>> {
  const name = 'tag' in reference ? reference.tag : reference.digest;
  const send = (method: 'GET' | 'HEAD'): Promise<HttpOutcome | Unknown> => {
    const read =
      method === 'HEAD' ? ({ kind: 'first', bytes: 0 } as const) : ({ kind: 'all', limit: NODE_LIMIT } as const);
    return sendForManifest(client, repository, name, { method, read, accept: RESOLVE_ACCEPT }, ask);
  };
  const head = await send('HEAD');
  if (head.kind !== 'response') return undecided('HEAD', head);
  if (head.status === 405) return fromAllowed(await send('GET'), reference);
  if (head.status >= 200 && head.status < 300) {
    return fromHeaders(head, 'HEAD', reference) ?? fromBody(await send('GET'), reference);
  }
  const isRefused = head.status >= 400 && head.status < 500 && !PASSING.has(head.status);
  // A failure is asked again as everywhere, and then by GET as well.
  if (!isRefused && !(ask.again && head.status >= 500)) return undecided('HEAD', head);
  return fromRefused(head, await send('GET'), reference);
}

/** What the headers say; null where they do not say enough, so that the body has to be read. */
function fromHeaders(
  response: HttpResponse,
  method: 'GET' | 'HEAD',
  reference: ManifestReference,
): Lookup<Resolution> | null {
  const claimed = response.headers['docker-content-digest'] ?? '';
  const size = announcedSize(response);
  if (size === null || (claimed === '' && 'tag' in reference)) return null;
  const asked = 'digest' in reference ? reference.digest : claimed;
  const parsed = parseDigest(asked);
  if (parsed.kind !== 'supported') {
    return obstacle(response, method, 'digest', `the digest in its headers is none that a node takes: '${asked}'`);
  }
  return named(response, method, parsed.digest, size);
}

function named(response: HttpResponse, method: 'GET' | 'HEAD', digest: string, size: number): Lookup<Resolution> {
  if (size === 0) return { ...obstacle(response, method, 'length', 'its headers say that it has 0 bytes'), digest };
  if (size > NODE_LIMIT) {
    const why = `it has ${size} bytes, and nodes take no manifest of more than ${NODE_LIMIT}`;
    return { ...obstacle(response, method, 'too_large', why), digest };
  }
  const mediaType = response.headers['content-type'] ?? '';
  return { kind: 'found', value: { kind: 'manifest', digest, mediaType, size, observed: observe(method, response) } };
}

/** As `Content-Length` gives it, of whatever bytes: a node compares it with what it reads in the end. */
function announcedSize(response: HttpResponse): number | null {
  const text = response.headers['content-length'];
  return announcedLength(response) ?? (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null);
}

function fromAllowed(answer: HttpOutcome | Unknown, reference: ManifestReference): Lookup<Resolution> {
  const isFine = answer.kind === 'response' && answer.status === 200;
  return (isFine ? fromHeaders(answer, 'GET', reference) : null) ?? fromBody(answer, reference);
}

function fromBody(answer: HttpOutcome | Unknown, reference: ManifestReference): Lookup<Resolution> {
  const judged = judgeManifest(answer, NODE_LIMIT);
  if (judged.kind !== 'found') return gone(answer, judged, reference);
  const response = judged.value;
  const digest = 'digest' in reference ? reference.digest : digestOf(response.body);
  return named(response, 'GET', digest, response.body.length);
}

/** HEAD was refused, or failed: what GET brings tells whether there is anything that nodes are kept from. */
function fromRefused(
  head: HttpResponse,
  answer: HttpOutcome | Unknown,
  reference: ManifestReference,
): Lookup<Resolution> {
  const judged = judgeManifest(answer, NODE_LIMIT);
  if (judged.kind !== 'found') return gone(answer, judged, reference);
  const response = judged.value;
  const claimed = parseDigest(response.headers['docker-content-digest'] ?? '');
  const told = 'digest' in reference ? reference.digest : claimed.kind === 'supported' ? claimed.digest : null;
  const isFailing = head.status >= 500;
  const why = `HEAD answered ${head.status}, GET ${response.status}: nodes begin with HEAD`;
  const absent = obstacle(head, 'HEAD', isFailing ? 'failing' : 'refused', why);
  const digest = told ?? digestOf(response.body);
  return { ...absent, digest, observed: { ...absent.observed, ...(isFailing ? { failed: true } : {}) } };
}

function gone(
  answer: HttpOutcome | Unknown,
  judged: Absent | Unknown,
  reference: ManifestReference,
): Lookup<Resolution> {
  if (answer.kind !== 'response') return judged;
  const what = unsupportedHere(answer);
  if (what !== null) return { kind: 'found', value: { kind: 'unsupported', what } };
  // An error may be as long as it likes.
  if (answer.end === 'limit' && answer.status === 200) {
    return obstacle(
      answer,
      'GET',
      'too_large',
      `it has more than the ${NODE_LIMIT} bytes that nodes take of a manifest`,
    );
  }
  const isMissing = judged.kind === 'absent' && judged.fault === 'missing';
  return isMissing && 'tag' in reference ? manifestGone(judged, answer) : judged;
}

function obstacle(response: HttpResponse, method: 'GET' | 'HEAD', why: Obstacle, detail: string): Absent {
  return { kind: 'absent', fault: 'unresolvable', obstacle: why, observed: observe(method, response, detail) };
}
