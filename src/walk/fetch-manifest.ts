import { digestOf, parseDigest } from '../oci/digest.ts';
import { readManifest, type Manifest } from '../oci/manifest.ts';
import { isSchema1Type } from '../oci/media-types.ts';
import { tooMuch, type Absent, type Lookup, type Observed } from './lookup.ts';
import type { Ask, ContentSource, ManifestContent } from './source.ts';

/** A manifest that was read and holds what its digest names. */
export interface SeenManifest {
  readonly manifest: Exclude<Manifest, { kind: 'invalid' | 'too_much' }>;
  /** In bytes. */
  readonly size: number;
  /** How it came: the evidence where something in it turns out to be wrong. */
  readonly observed: Observed;
}

/**
 * Asks for a manifest by digest and hashes what comes. Neither that something
 * comes nor the digest that is declared beside it proves anything. It is read as what is declared where it was listed
 * or resolved, which is what a node goes by, or else beside its bytes.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#verification
 */
export async function fetchManifest(
  source: ContentSource,
  repository: string,
  digest: string,
  ask: Ask,
  declared?: string,
): Promise<Lookup<SeenManifest>> {
  const answer = await source.manifest(repository, digest, ask);
  return answer.kind === 'found' ? readManifestAs(digest, answer.value, declared) : answer;
}

/** Reads what came as the manifest of a digest: it has to hash to it. */
export function readManifestAs(digest: string, content: ManifestContent, declared?: string): Lookup<SeenManifest> {
  const parsed = parseDigest(digest);
  const seen = readContent(content, declared ?? content.mediaType, digest);
  const hashed = parsed.kind === 'supported' ? digestOf(content.bytes, parsed.algorithm) : '';
  // A signed schema 1 manifest is named by the digest of its payload alone, so its bytes never hash to it.
  if (hashed === digest || isSchema1(seen)) return seen;
  return absent(content, 'digest_mismatch', `the content hashes to ${hashed}`, digest);
}

function readContent(content: ManifestContent, declared: string, digest: string): Lookup<SeenManifest> {
  const manifest = readManifest(content.bytes, declared);
  if (manifest.kind === 'invalid') return absent(content, 'invalid', manifest.problem, digest);
  if (manifest.kind === 'too_much') return tooMuch(`the manifest has ${manifest.problem}`);
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
