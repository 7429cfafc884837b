/** Where a field is in a header block, and how many bytes it has. */
export type Field = readonly [offset: number, length: number];

/**
 * A number of a header: octal digits between blanks, or, with the highest bit set, a big-endian number. Nothing is 0;
 * null is no number, or one of more than 63 bits. A negative one is -1, for none of them means anything here.
 */
export function readNumber(block: Uint8Array, [offset, length]: Field): number | null {
  const bytes = block.subarray(offset, offset + length);
  return ((bytes[0] ?? 0) & 0x80) === 0 ? readOctal(bytes) : readBinary(bytes);
}

/** The sum over all bytes of a block, its own field counted as blanks, and the same with bytes that have a sign. */
export function sumsOf(block: Uint8Array, [offset, length]: Field): readonly [number, number] {
  let unsigned = 0;
  let signed = 0;
  for (const [at, byte] of block.entries()) {
    const counted = at >= offset && at < offset + length ? 0x20 : byte;
    unsigned += counted;
    signed += counted > 127 ? counted - 256 : counted;
  }
  return [unsigned, signed];
}

function readOctal(bytes: Uint8Array): number | null {
  const trimmed = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/^[ \0]+|[ \0]+$/g, '');
  const [digits = ''] = trimmed.split('\0', 1);
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

function readBinary(bytes: Uint8Array): number | null {
  const isNegative = ((bytes[0] ?? 0) & 0x40) !== 0;
  if (isNegative) return -1;
  const value = bytes.reduce((sum, byte, at) => sum * 256n + BigInt(at === 0 ? byte & 0x7f : byte), 0n);
  return value < 2n ** 63n ? Number(value) : null;
}
