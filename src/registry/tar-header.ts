import { readNumber, sumsOf, type Field } from './tar-numbers.ts';

/** In bytes: everything in an archive begins at a multiple of it. */
export const BLOCK_BYTES = 512;

const CHECKSUM: Field = [148, 8];
const SIZE: Field = [124, 12];
const TYPE_OFFSET = 156;
/** Mode, owner, group and time. */
const NUMBERS: readonly Field[] = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
];
/** The numbers of a device, which the oldest form does not have. */
const DEVICE_NUMBERS: readonly Field[] = [
  [329, 8],
  [337, 8],
];

/** Of POSIX and of GNU, with their versions. */
const MAGIC: ReadonlySet<string> = new Set(['ustar\x0000', 'ustar  \0']);

/** Files with content: an empty flag is an old way to say so. */
const FILES: ReadonlySet<string> = new Set(['0', '\0']);
/** Hard and symbolic links, devices, folders and pipes: whatever size they say, nothing follows them. */
const WITHOUT_CONTENT: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);
/** What tells more of the entry behind it, or of all of them. */
const NOTES: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

/** What a header announces. */
export interface TarHeader {
  /** In bytes: how much follows before the padding. */
  readonly size: number;
  /** An entry by itself, records that change the next entry, or a long name for it. */
  readonly kind: 'entry' | 'records' | 'global' | 'name';
  /** False for an entry that has nothing behind its header, whatever is said elsewhere. */
  readonly hasContent: boolean;
}

/** Reads a block that is not all zeros; a text says why a node refuses it, by the rules of Go's archive/tar. */
export function readHeader(block: Uint8Array): TarHeader | string {
  const sum = readNumber(block, CHECKSUM);
  if (sum === null || !sumsOf(block, CHECKSUM).includes(sum)) return 'a header with a wrong checksum';
  const isOldest = !MAGIC.has(Buffer.from(block.subarray(257, 265)).toString('latin1'));
  const numbers = isOldest ? NUMBERS : [...NUMBERS, ...DEVICE_NUMBERS];
  if (numbers.some((field) => readNumber(block, field) === null)) return 'a header with a number that is none';
  const type = String.fromCharCode(block[TYPE_OFFSET] ?? 0);
  const size = readNumber(block, SIZE);
  const hasContent = !WITHOUT_CONTENT.has(type);
  if (size === null || (size < 0 && hasContent)) return 'a header with a size that is none';
  if (!FILES.has(type) && hasContent && !NOTES.has(type))
    return `an entry of a type that nodes do not unpack (${JSON.stringify(type)})`;
  return { size: hasContent ? size : 0, kind: kindOf(type), hasContent };
}

function kindOf(type: string): TarHeader['kind'] {
  switch (type) {
    case 'x':
      return 'records';
    case 'g':
      return 'global';
    case 'L':
    case 'K':
      return 'name';
    default:
      return 'entry';
  }
}
