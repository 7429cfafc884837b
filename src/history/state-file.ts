import { constants } from 'node:fs';
import { access, copyFile, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { messageOf, ProbeError } from '../util/errors.ts';
import { followLink, hasCode, replaceFile } from '../util/replace-file.ts';
import { takeLock, type LockDeps } from './lock-file.ts';
import { readSections, sectionName, writeSections } from './sections.ts';
import type { StateOwner } from './state.ts';
import type { Kept, Renew, StateStore, Written } from './store.ts';

/** Of one section, in bytes. A file has no limit of its own, and this is more than any state has. */
const MAX_SECTION_BYTES = 8 * 1024 * 1024;
/** No file of ours is that long, and it is not read into memory. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Names of repositories are not for everybody. A file that is there keeps the rights that it has. */
const NEW_FILE_MODE = 0o600;
/** A lock that was taken away meanwhile is taken again so often. */
const ATTEMPTS = 3;

/** A state file that cannot work, told before anything is asked. */
export class StateFileError extends ProbeError<'state_file'> {
  override readonly name = 'StateFileError';

  constructor(message: string) {
    super('state_file', message);
  }
}

/** One file with the states of many registries. */
export interface StateFile {
  /** The part of the file that is one registry's, or one shard's. */
  storeOf(owner: StateOwner): StateStore;
}

/**
 * Sees that the file can be read, and written unless only reading is wanted, and throws a `StateFileError` otherwise.
 * The file need not be there. Nothing is written.
 */
export async function checkStateFile(path: string, readOnly: boolean): Promise<void> {
  const refuse = (why: string): never => {
    throw new StateFileError(`the state file ${path} cannot be used: ${why}`);
  };
  try {
    const target = await followLink(path);
    const folder = dirname(target);
    if (!(await stat(folder)).isDirectory()) refuse(`${folder} is no folder`);
    await access(folder, readOnly ? constants.X_OK : constants.W_OK | constants.X_OK);
    const present = await statusOf(target);
    if (present === null) return;
    if (!present.isFile()) refuse('it is not a regular file');
    await access(target, constants.R_OK);
  } catch (error) {
    if (error instanceof StateFileError) throw error;
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) refuse(`there is no folder ${dirname(path)}`);
    if (hasCode(error, 'EACCES') || hasCode(error, 'EROFS')) {
      refuse(`its folder has to be writable, and it readable, for this user (${messageOf(error)})`);
    }
    refuse(messageOf(error));
  }
}

/**
 * A state file for people without a cluster. Processes that write it at the same time wait for each other by a lock file
 * beside it; what is in the file of other registries stays, whatever it is. What belongs to no registry is copied to
 * `FILE.damaged` before it goes.
 */
export function createStateFile(path: string, deps: LockDeps): StateFile {
  // Within the process one write waits for the other.
  let last: Promise<unknown> = Promise.resolve();

  async function write(name: string, renew: Renew, signal: AbortSignal): Promise<Written> {
    const target = await followLink(path);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const locking = await takeLock(`${target}.lock`, deps, signal);
      if (locking.kind === 'failed') return locking;
      const { lock } = locking;
      try {
        const content = await contentOf(target);
        const sections = readSections(content ?? Buffer.alloc(0));
        if (content === null || sections.hasForeign) await copyFile(target, `${target}.damaged`);
        const kept = keptOf(sections.lines.get(name));
        const next = writeSections(sections, name, renew(kept, MAX_SECTION_BYTES));
        const mode = (await statusOf(target))?.mode ?? NEW_FILE_MODE;
        if (await replaceFile(target, next, mode & 0o777, lock.isHeld)) return { kind: 'written' };
      } finally {
        await lock.release();
      }
    }
    return { kind: 'failed', detail: `${path} was locked by others meanwhile` };
  }

  return {
    storeOf(owner) {
      const name = sectionName(owner);
      return {
        async read() {
          const content = await contentOf(path);
          if (content === null) return { kind: 'read', bytes: Buffer.alloc(0) };
          const { lines, hasForeign } = readSections(content);
          const line = lines.get(name);
          // What is in a file that nobody of ours has written is told as a state that is damaged.
          return { kind: 'read', bytes: line === undefined && hasForeign ? content : keptOf(line) } satisfies Kept;
        },
        write(renew, signal) {
          const written = last.then(() => write(name, renew, signal));
          last = written.catch(() => undefined);
          return written;
        },
      };
    },
  };
}

function keptOf(line: string | undefined): Uint8Array | null {
  return line === undefined ? null : Buffer.from(line, 'base64');
}

/** Empty where there is no file; null where it is far too long to be ours. */
async function contentOf(path: string): Promise<Buffer | null> {
  const status = await statusOf(path);
  if (status === null) return Buffer.alloc(0);
  return status.size > MAX_FILE_BYTES ? null : readFile(path);
}

async function statusOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
