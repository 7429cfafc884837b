import { digestOf } from '../oci/digest.ts';

/** Bytes with their name and their kind. */
export interface Sealed {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** In bytes. */
  readonly size: number;
}

/** Names bytes by their digest. */
export function seal(mediaType: string, bytes: Uint8Array): Sealed {
  return { digest: digestOf(bytes), mediaType, bytes, size: bytes.length };
}

/** Writes JSON as build tools do, indented by two spaces, and names it by its digest. */
export function sealJson(mediaType: string, value: unknown): Sealed {
  return seal(mediaType, new TextEncoder().encode(JSON.stringify(value, null, 2)));
}
