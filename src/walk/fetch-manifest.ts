import { digestOf, parseDigest } from '../oci/digest.ts';
import { readManifest, type Manifest } from '../oci/manifest.ts';
import { isSchema1Type } from '../oci/media-types.ts';
import type { Absent, Lookup, Observed } from './lookup.ts';
import type { Ask, ContentSource, ManifestContent } from './source.ts';

/** A manifest that was read and holds what its digest names. */
export interface SeenManifest {
  readonly manifest: Exclude<Manifest, { kind: 'invalid' }>;
  /** In bytes. */
  readonly size: number;
  /** How it came: the evidence where something in it turns out to be wrong. */
  readonly observed: Observed;
}

/** What a tag resolves to; `seen` is null when the manifest itself is still to be asked for, by that digest. */
export interface ResolvedTag {
  readonly digest: string;
  readonly seen: Lookup<SeenManifest> | null;
  /** How the tag was answered. */
  readonly observed: Observed;
}

/**
 * Asks for a manifest by digest and hashes what comes. Neither that something
 * comes nor the digest that is declared beside it proves anything.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#verification
 */
export async function fetchManifest(
  source: ContentSource,
  repository: string,
  digest: string,
  ask: Ask,
): Promise<Lookup<SeenManifest>> {
  const answer = await source.manifest(repository, { digest }, ask);
  if (answer.kind !== 'found') return answer;

  const content = answer.value;
  const parsed = parseDigest(digest);
  const seen = readContent(content, digest);
  const hashed = parsed.kind === 'supported' ? digestOf(content.bytes, parsed.algorithm) : '';
  // A signed schema 1 manifest is named by the digest of its payload alone, so its bytes never hash to it.
  if (hashed === digest || isSchema1(seen)) return seen;
  return absent(content, 'digest_mismatch', `the content hashes to ${hashed}`, digest);
}

/**
 * Resolves a tag. From here on its digest alone is asked for, so that a tag that moves does not mix two images.
 * A body that does not hash to the declared digest is left to a request by that digest.
 */
export async function resolveTag(
  source: ContentSource,
  repository: string,
  tag: string,
  ask: Ask,
): Promise<Lookup<ResolvedTag>> {
  const answer = await source.manifest(repository, { tag }, ask);
  if (answer.kind !== 'found') return answer;

  const content = answer.value;
  const claimed = parseDigest(content.claimedDigest ?? '');
  const hashed = digestOf(content.bytes, claimed.kind === 'supported' ? claimed.algorithm : 'sha256');
  const digest = claimed.kind === 'supported' ? claimed.digest : hashed;
  const seen = readContent(content, digest);
  const isNamedRight = isSchema1(seen) || hashed === digest;
  return { kind: 'found', value: { digest, seen: isNamedRight ? seen : null, observed: content.observed } };
}

function readContent(content: ManifestContent, digest: string): Lookup<SeenManifest> {
  const manifest = readManifest(content.bytes, content.mediaType);
  if (manifest.kind === 'invalid') return absent(content, 'invalid', manifest.problem, digest);
  return { kind: 'found', value: { manifest, size: content.bytes.length, observed: content.observed } };
}

function isSchema1(seen: Lookup<SeenManifest>): boolean {
  if (seen.kind !== 'found') return false;
  const { manifest } = seen.value;
  return manifest.kind === 'unsupported' && isSchema1Type(manifest.mediaType);
}

function absent(content: ManifestContent, fault: Absent['fault'], detail: string, digest: string): Absent {
  return { kind: 'absent', fault, observed: { ...content.observed, detail }, digest };
}
