import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf, parseDigest, type DigestAlgorithm } from '../oci/digest.ts';
import { unknown, type Absent, type Lookup } from '../walk/lookup.ts';
import type { BlobCheck, BlobContent } from '../walk/source.ts';
import type { HashFile } from './hashing.ts';
import { blobDirectory } from './paths.ts';
import { missing, notALink, notReadable, seen, type Storage } from './served-manifest.ts';

/** In bytes: a config that is larger is not read into memory. */
const CONFIG_LIMIT = 4 * 1024 * 1024;

/** What is asked of a blob. */
export interface BlobQuestion {
  readonly repository: string;
  readonly descriptor: Descriptor;
  readonly check: BlobCheck;
  readonly kind: 'private' | 'pull-through';
}

/**
 * Looks at a config or a layer: its link, then the file with its data and how long that is. All of the file is read and
 * hashed where `check` is `full`; there is no cache here that could hide that an end is missing.
 */
export async function checkStoredBlob(
  storage: Storage,
  { repository, descriptor, check, kind }: BlobQuestion,
  hashFile: HashFile,
  signal: AbortSignal,
): Promise<Lookup<BlobContent>> {
  const found = findBlob(storage, repository, descriptor, kind);
  if (found.kind !== 'found') return found;
  const { path, size, algorithm } = found.value;
  if (check === 'head' || check === 'byte' || check === 'tail') return { kind: 'found', value: { size } };
  const hashed = await hashFile(storage.disk.real(path), algorithm, signal);
  if (hashed.kind === 'problem') {
    return unknown(
      hashed.reason,
      hashed.detail,
      hashed.reason === 'server_error' ? { ...seen(hashed.detail), failed: true } : undefined,
    );
  }
  if (hashed.kind === 'nothing') return missing('its data went away while it was read');
  if (hashed.digest === descriptor.digest) return { kind: 'found', value: { size: hashed.size } };
  return {
    kind: 'absent',
    fault: 'digest_mismatch',
    observed: seen(`the data hashes to ${hashed.digest}`, hashed.size),
  };
}

/** The bytes of a config. */
export function readStoredBlob(storage: Storage, repository: string, descriptor: Descriptor): Lookup<Uint8Array> {
  const found = findBlob(storage, repository, descriptor, 'private');
  if (found.kind !== 'found') return found;
  const { path, size, algorithm } = found.value;
  if (size > CONFIG_LIMIT) return unknown('protocol', `body_too_large: it has ${size} bytes`);
  const file = storage.disk.read(path, CONFIG_LIMIT);
  if (file.kind === 'nothing') return missing('its data went away while it was read');
  if (file.kind !== 'bytes') return notReadable(file);
  const hashed = digestOf(file.bytes, algorithm);
  if (hashed === descriptor.digest) return { kind: 'found', value: file.bytes };
  return { kind: 'absent', fault: 'digest_mismatch', observed: seen(`the data hashes to ${hashed}`, file.size) };
}

interface Found {
  readonly path: string;
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
}

function findBlob(
  { links }: Storage,
  repository: string,
  { digest, size: expected }: Descriptor,
  kind: 'private' | 'pull-through',
): Lookup<Found> {
  const parsed = parseDigest(digest);
  if (parsed.kind !== 'supported') return unknown('protocol', `the algorithm of ${digest} is not known here`);
  const link = links.layer(repository, digest);
  if (link.kind === 'nothing') {
    // A cache that never had it fetches it; a link whose data is gone is damage in a cache, too.
    const gone = lostLink(links.data(digest).kind === 'file');
    return kind === 'pull-through' ? { ...gone, notKept: true } : gone;
  }
  if (link.kind !== 'link') return notALink(link);
  const other = otherContent(link.digest, digest, parsed.algorithm);
  if (other !== null) return other;
  const path = `${blobDirectory(link.digest)}/data`;
  const data = links.data(link.digest);
  switch (data.kind) {
    case 'file':
      if (data.size !== expected) return wrongSize(data.size, expected);
      return { kind: 'found', value: { path, size: data.size, algorithm: parsed.algorithm } };
    case 'nothing':
      return missing('its data is gone, and the link to it is there');
    case 'directory':
      return missing('a directory is where its data should be');
    default:
      return notReadable(data);
  }
}

function lostLink(isDataThere: boolean): Absent {
  if (!isDataThere) return missing('the link to it is gone, and so is its data');
  return missing('the link to it is gone, and its data is there: a registry serves it until it is restarted');
}

/** A link may name the same content by another algorithm; by the same one, another digest is other content. */
function otherContent(target: string, digest: string, algorithm: DigestAlgorithm): Absent | null {
  if (target === digest || !target.startsWith(`${algorithm}:`)) return null;
  return { kind: 'absent', fault: 'digest_mismatch', observed: seen(`its link names other content: ${target}`) };
}

function wrongSize(actual: number, expected: number): Absent {
  const detail = `its data has ${actual} bytes, and the descriptor says ${expected}`;
  return { kind: 'absent', fault: 'size_mismatch', observed: seen(detail, actual), actual };
}
