import { createHash, hash as hashOnce, type Hash } from 'node:crypto';

/** The algorithms every implementation of the image specification registers and that Node can compute. */
export type DigestAlgorithm = 'sha256' | 'sha512';

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 };

/** The grammar of https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests. */
const GRAMMAR = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Nearly all of them, and asked about at every turn. */
const SHA256 = /^sha256:[a-f0-9]{64}$/;

/** What a string says as a digest: usable, of an algorithm not known here, or no digest at all. */
export type ParsedDigest =
  | { readonly kind: 'supported'; readonly algorithm: DigestAlgorithm; readonly digest: string }
  | { readonly kind: 'unsupported'; readonly algorithm: string }
  | { readonly kind: 'malformed' };

/** Reads a digest such as `sha256:6c3c624b…`. A known algorithm with the wrong length or upper-case hex is malformed. */
export function parseDigest(text: string): ParsedDigest {
  if (SHA256.test(text)) return { kind: 'supported', algorithm: 'sha256', digest: text };
  if (!GRAMMAR.test(text)) return { kind: 'malformed' };
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return { kind: 'unsupported', algorithm };
  const encoded = text.slice(colon + 1);
  if (encoded.length !== HEX_LENGTH[algorithm] || !/^[a-f0-9]+$/.test(encoded)) return { kind: 'malformed' };
  return { kind: 'supported', algorithm, digest: text };
}

/** The digest of the bytes, as `algorithm:hex`. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): string {
  return `${algorithm}:${hashOnce(algorithm, bytes, 'hex')}`;
}

/** Collects bytes that arrive piece by piece and tells their digest at the end. */
export function createDigester(algorithm: DigestAlgorithm): { update(chunk: Uint8Array): void; digest(): string } {
  const hash: Hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  };
}
