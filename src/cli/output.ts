import { fstatSync, writeSync } from 'node:fs';

import { messageOf } from '../util/errors.ts';
import type { Output } from './io.ts';

/** In columns, where nobody says how wide the reader's window is. */
const USUAL_WIDTH = 100;

/** What the reader's end of a pipe or a socket says when it is closed. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET']);

/** What an output needs of a stream of the process. */
export type OutputStream = Pick<NodeJS.WriteStream, 'write' | 'on' | 'columns'> & {
  readonly fd: number;
  /** Missing where it is no terminal. */
  readonly isTTY?: boolean;
};

/** A stream of the process as a place to write to: it never throws, and tells in the end whether all was written. */
export function createOutput(stream: OutputStream): Output {
  const toFile = isFile(stream.fd);
  let isClosed = false;
  let failure: string | null = null;
  let written: Promise<void> = Promise.resolve();
  /** Of what is written part by part, all that came before, so that nothing gets in between; null where there is none. */
  let streamed: Promise<void> | null = null;

  function take(error: NodeJS.ErrnoException | null | undefined): void {
    if (error === null || error === undefined || isClosed) return;
    isClosed = true;
    if (!READER_GONE.has(error.code ?? '')) failure = messageOf(error);
  }

  function writeOne(text: string): Promise<void> {
    if (isClosed) return Promise.resolve();
    if (toFile) {
      take(writeAll(stream.fd, text));
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    written = promise;
    stream.write(text, (error) => {
      take(error);
      resolve();
    });
    return promise;
  }

  async function writeAllOf(parts: Iterable<string>, before: Promise<void> | null): Promise<void> {
    await before;
    for (const part of parts) {
      if (isClosed) return;
      await writeOne(part);
    }
  }

  stream.on('error', take);
  return {
    write(text) {
      if (streamed === null) void writeOne(text);
      else streamed = streamed.then(() => writeOne(text));
    },
    stream(parts) {
      streamed = writeAllOf(parts, streamed);
      // Whoever waits for the end hears of it.
      streamed.catch(() => {});
    },
    isTTY: stream.isTTY === true,
    // A terminal that nobody looks at, as builds have it, is 0 columns wide.
    columns: () => stream.columns || USUAL_WIDTH,
    async finish() {
      await streamed;
      await written;
      return failure;
    },
  };
}

/**
 * Node's own stream takes it for success when a disk that is nearly full has room for the first half of a text alone:
 * what is left has to be written by another call, and only that one says why it cannot be.
 */
function writeAll(fd: number, text: string): NodeJS.ErrnoException | null {
  const bytes = Buffer.from(text);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
