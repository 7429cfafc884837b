/** The most that one line between chunks may have, in bytes, as in Go. */
const LONGEST_LINE = 4096;
/** Lines of trailers that are passed over; nobody reads them. */
const MOST_TRAILERS = 256;
/** Up to what a number holds without loss. */
const SIZE = /^[0-9a-f]{1,13}$/i;

/** Passed on in place of what is no chunk, so that a strict parser stumbles over it too. */
const NO_CHUNK = Buffer.from('no chunk\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

type State = 'size' | 'data' | 'behind data' | 'trailer' | 'done' | 'broken';

/**
 * Reads a chunked body as Go's net/http does and gives it back without what a strict parser may stumble over: blanks
 * behind a size, extensions, trailers that look like framing. After its end, or what is no chunk, it gives nothing more.
 * `onChange` is called for each such stone.
 * https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function createChunkReader(onChange: () => void): (bytes: Uint8Array) => Uint8Array {
  let state: State = 'size';
  let rest = Buffer.alloc(0);
  let left = 0;
  let trailers = 0;

  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const plain: Uint8Array[] = [];
    while (state !== 'done' && state !== 'broken') {
      const more = state === 'data' ? takeData(plain) : takeLine(plain);
      if (!more) break;
    }
    return Buffer.concat(plain);
  };

  /** True where there is more to be read. */
  function takeData(plain: Uint8Array[]): boolean {
    const data = rest.subarray(0, left);
    rest = rest.subarray(data.length);
    left -= data.length;
    if (data.length > 0) plain.push(Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n'));
    if (left === 0) state = 'behind data';
    return left === 0;
  }

  function takeLine(plain: Uint8Array[]): boolean {
    const end = rest.indexOf('\n');
    const length = end === -1 ? rest.length : end;
    if (length <= LONGEST_LINE && end === -1) return false;
    const line = rest.toString('latin1', 0, length);
    rest = rest.subarray(length + 1);
    // A line that ends with LF alone is a way to smuggle, and an error in Go.
    state = length <= LONGEST_LINE && line.endsWith('\r') ? next(line.slice(0, -1)) : 'broken';
    if (state === 'done') plain.push(LAST_CHUNK);
    if (state === 'broken') plain.push(NO_CHUNK);
    return true;
  }

  function next(line: string): State {
    if (state === 'behind data') return line === '' ? 'size' : 'broken';
    if (state === 'trailer') {
      trailers += 1;
      if (line === '') return 'done';
      onChange();
      return trailers > MOST_TRAILERS ? 'broken' : 'trailer';
    }
    const size = line.replace(/;.*$/s, '').replace(/[ \t]+$/, '');
    if (!SIZE.test(size)) return 'broken';
    if (size !== line) onChange();
    left = Number.parseInt(size, 16);
    return left === 0 ? 'trailer' : 'data';
  }
}
