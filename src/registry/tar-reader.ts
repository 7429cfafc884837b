import { readPaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, readHeader } from './tar-header.ts';

/** In bytes: what Go reads of extended records or of a long name. */
const NOTE_LIMIT = 1024 * 1024;

/** Reads the headers of an archive that comes piece by piece, and passes over what the files hold. */
export interface TarReader {
  push(chunk: Uint8Array): void;
  /** Why a node cannot unpack it, once all of it has come or as soon as it is known; null where it can. */
  end(): string | null;
}

/**
 * An archive as a node reads it: by the rules of Go's archive/tar, which takes an end without the two blocks of zeros,
 * an archive of nothing at all, and anything behind the end, and refuses what ends within a header or a file.
 */
export function createTarReader(): TarReader {
  const block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  /** Bytes of content, and of the padding behind it, that are still to come. */
  let content = 0;
  let padding = 0;
  let note: Uint8Array[] | null = null;
  let isGlobal = false;
  let paxSize: number | null = null;
  let entries = 0;
  let sawZeros = false;
  let isOver = false;
  let problem: string | null = null;

  function refuse(what: string): void {
    problem = entries === 0 && !sawZeros ? `no archive: ${what}` : `${what} (behind header ${entries})`;
  }

  function takeHeader(): void {
    if (block.every((byte) => byte === 0)) {
      isOver = sawZeros;
      sawZeros = true;
      return;
    }
    if (sawZeros) return refuse('something behind a block of zeros');
    const header = readHeader(block);
    if (typeof header === 'string') return refuse(header);
    const isNote = header.kind !== 'entry';
    const size = isNote || !header.hasContent ? header.size : (paxSize ?? header.size);
    if (isNote && size > NOTE_LIMIT) return refuse('records or a name of more than 1 MiB');
    note = header.kind === 'records' || header.kind === 'global' ? [] : null;
    isGlobal = header.kind === 'global';
    if (!isNote) paxSize = null;
    entries += 1;
    content = size;
    padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
    if (size === 0) endContent();
  }
  function endContent(): void {
    if (note === null) return;
    const records = readPaxRecords(Buffer.concat(note));
    note = null;
    if (typeof records === 'string') refuse(records);
    // What is said of all entries is not heeded by Go.
    else if (!isGlobal) paxSize = records.size;
  }

  function isReading(): boolean {
    return problem === null && !isOver;
  }

  function takeContent(chunk: Uint8Array): number {
    const taken = Math.min(content, chunk.length);
    note?.push(chunk.slice(0, taken));
    content -= taken;
    if (content === 0) endContent();
    return taken;
  }

  function takePadding(chunk: Uint8Array): number {
    const taken = Math.min(padding, chunk.length);
    padding -= taken;
    return taken;
  }

  function takeBlock(chunk: Uint8Array): number {
    const taken = Math.min(BLOCK_BYTES - filled, chunk.length);
    block.set(chunk.subarray(0, taken), filled);
    filled += taken;
    if (filled < BLOCK_BYTES) return taken;
    filled = 0;
    takeHeader();
    return taken;
  }

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0 && isReading()) {
        const take = content > 0 ? takeContent : padding > 0 ? takePadding : takeBlock;
        rest = rest.subarray(take(rest));
      }
    },
    end() {
      if (problem !== null || isOver) return problem;
      if (content > 0) refuse('it ends within a file');
      else if (filled > 0) refuse('it ends within a header');
      return problem;
    },
  };
}
