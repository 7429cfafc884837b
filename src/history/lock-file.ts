import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

import * as z from 'zod';

import type { Clock } from '../util/clock.ts';
import { hasCode } from '../util/replace-file.ts';

/** A lock is held for milliseconds; a slow disk may take seconds. */
const WAIT_MS = 6_000;
const STEP_MS = 20;
/** Older than this, its process has ended without taking it away, on another machine or in another container. */
const STALE_MS = 30_000;

/** What is in the lock files that this process holds: one of an earlier process may bear the same number. */
const heldHere = new Set<string>();

/** Which process holds a lock, and whether one of this machine still runs. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Where the number means something: two containers of one host may have the same one. Empty where there is no such thing. */
  readonly pidSpace: string;
  isRunning(pid: number): boolean;
}

export interface LockDeps {
  readonly clock: Clock;
  readonly process: ProcessIdentity;
}

/** A lock that this process holds. */
export interface Lock {
  /** False when another process took it for abandoned. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** Whoever wants it calls this; `failed` after some seconds, with who holds it and what to do. */
export type Locking =
  { readonly kind: 'locked'; readonly lock: Lock } | { readonly kind: 'failed'; readonly detail: string };

const Who = z.object({ pid: z.int().positive(), host: z.string(), pidSpace: z.string() });

/** Who holds a lock, as its file says. */
interface Holder {
  readonly text: string;
  /** Null between its creation and the first byte. */
  readonly who: z.infer<typeof Who> | null;
  readonly modifiedAt: number;
}

/**
 * Takes a lock that is a file which nobody else could create. What a process has left behind is taken away: one of this
 * machine that does not run any more, at once; any other after half a minute.
 * Rejects as the file system does. Within one process, one after the other has to ask.
 */
export async function takeLock(path: string, { clock, process }: LockDeps, signal: AbortSignal): Promise<Locking> {
  const { pid, host, pidSpace } = process;
  const own = JSON.stringify({ pid, host, pidSpace, nonce: randomUUID() });
  const until = clock.elapsed() + WAIT_MS;
  do {
    if (await create(path, own)) {
      heldHere.add(own);
      return { kind: 'locked', lock: lockOf(path, own) };
    }
    const holder = await readHolder(path);
    if (holder === null) continue;
    if (isAbandoned(holder, process, clock.now())) await takeAway(path, holder.text);
    else await clock.sleep(STEP_MS, signal);
  } while (clock.elapsed() < until && !signal.aborted);
  if (signal.aborted) return { kind: 'failed', detail: `there was no time left to take ${path}` };
  const who = (await readHolder(path))?.who ?? null;
  const name = who === null ? 'another process' : `process ${who.pid} of ${who.host}`;
  return { kind: 'failed', detail: `${name} holds ${path}; if no probe runs there, delete that file` };
}

function lockOf(path: string, own: string): Lock {
  const isHeld = async (): Promise<boolean> => (await readHolder(path))?.text === own;
  return {
    isHeld,
    async release() {
      heldHere.delete(own);
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Null when nobody holds it any more. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, who: whoIsIn(text), modifiedAt: mtimeMs };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function whoIsIn(text: string): Holder['who'] {
  try {
    return Who.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isAbandoned({ text, who, modifiedAt }: Holder, process: ProcessIdentity, now: number): boolean {
  // Whoever wrote it in the future did so before the clock was set back.
  if (Math.abs(now - modifiedAt) > STALE_MS) return true;
  if (who === null || who.host !== process.host || who.pidSpace !== process.pidSpace) return false;
  // What nobody in this process holds is that of an earlier one, whose number this one has got.
  return who.pid === process.pid ? !heldHere.has(text) : !process.isRunning(who.pid);
}

/** Two that find it abandoned must not take away each other's new one: what is not the abandoned one is put back. */
async function takeAway(path: string, abandoned: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== abandoned) await link(aside, path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
