import { gzipSync } from 'node:zlib';

const BLOCK = 512;
/** Byte 9 of a gzip header names the operating system; 255 is "unknown" (RFC 1952, section 2.3.1). */
const GZIP_OS_OFFSET = 9;
const GZIP_OS_UNKNOWN = 255;

const encoder = new TextEncoder();

/** A layer in both its forms: an image's config names the digest of the archive, its manifest that of the packed one. */
export interface LayerArchive {
  readonly tar: Uint8Array;
  readonly packed: Uint8Array;
}

/** A layer that a container engine can unpack: one file at `path` in a gzipped tar archive. */
export function layerArchive(path: string, content: Uint8Array): LayerArchive {
  const padded = Math.ceil(content.length / BLOCK) * BLOCK;
  const tar = new Uint8Array(BLOCK + padded + 2 * BLOCK);
  tar.set(header(path, content.length), 0);
  tar.set(content, BLOCK);
  // Stored, not deflated: what a deflater makes of the same bytes depends on its version and the processor.
  const packed = new Uint8Array(gzipSync(tar, { level: 0 }));
  packed[GZIP_OS_OFFSET] = GZIP_OS_UNKNOWN;
  return { tar, packed };
}

/** A file's header as POSIX.1-1988 (ustar) lays it out, with the owner root and the time zero. */
function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const write = (offset: number, text: string): void => block.set(encoder.encode(text), offset);
  write(0, path);
  write(100, '0000644\0');
  write(108, '0000000\0');
  write(116, '0000000\0');
  write(124, `${size.toString(8).padStart(11, '0')}\0`);
  write(136, '00000000000\0');
  // The checksum counts its own field as eight spaces.
  write(148, '        ');
  write(156, '0');
  write(257, 'ustar\x0000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}
