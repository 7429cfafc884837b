import { digestOf } from '../oci/digest.ts';

const encoder = new TextEncoder();

/** Bytes that look random and are the same for the same seed on every machine: a chain of hashes, `length` long. */
export function noise(seed: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let offset = 0, block = 0; offset < length; block += 1) {
    const hex = digestOf(encoder.encode(`${seed}#${block}`)).slice('sha256:'.length);
    const chunk = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    bytes.set(chunk.subarray(0, length - offset), offset);
    offset += chunk.length;
  }
  return bytes;
}
