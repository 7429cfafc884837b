import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { digestOf, parseDigest } from '../oci/digest.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from '../util/log.ts';

/** In bytes: a larger manifest is asked for each time, or as many of them might be held at once as requests are under way. */
const MAX_ENTRY_BYTES = 256 * 1024;
/** A media type has at most 127 letters on each side of its `/`, and a few for parameters. */
const MAX_TYPE_BYTES = 1024;
/** After a day an entry is asked for again in any case, so that one twice as old belongs to nothing that is walked. */
const OLD_MS = 2 * 24 * 60 * 60 * 1000;
/** Folders are looked through by turns: there may be as many as there are repositories. */
const TURNS = 16;
const MODE = 0o600;

/** A manifest, and when a GET brought it, in milliseconds since the epoch. */
interface Entry {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly gotAt: number;
}

/** Manifests of one registry in a folder, one file for each (repository, digest). */
export interface ManifestFiles {
  /** Null where there is none, or where what is there does not hash to the digest. */
  read(repository: string, digest: string): Promise<Entry | null>;
  write(repository: string, digest: string, entry: Entry): Promise<void>;
  /** Takes away what is too old to be of use, in one of 16 parts of the repositories; `turn` is in [0, 1). */
  prune(turn: number, now: number): Promise<void>;
}

/** The files of one registry; that a file cannot be written is told once. */
export function createManifestFiles(folder: string, registry: string, log: Log): ManifestFiles {
  const home = join(folder, registry);
  let isTold = false;
  return {
    async read(repository, digest) {
      const path = pathOf(home, repository, digest);
      return path === null ? null : readEntry(path, digest);
    },
    async write(repository, digest, entry) {
      const path = pathOf(home, repository, digest);
      if (path === null) return;
      try {
        await writeEntry(path, entry);
      } catch (error) {
        if (!isTold) log.warn({ registry, detail: messageOf(error) }, 'Manifests cannot be kept for the next run');
        isTold = true;
      }
    },
    async prune(turn, now) {
      const folders = await readdir(home).catch(() => []);
      const part = Math.floor(turn * TURNS).toString(TURNS);
      for (const name of folders) if (name.startsWith(part)) await pruneFolder(join(home, name), now);
    },
  };
}

/** Names of repositories and digests are strangers' words; only hexadecimal digits become names of files. */
function pathOf(home: string, repository: string, digest: string): string | null {
  const parsed = parseDigest(digest);
  if (parsed.kind !== 'supported') return null;
  const folder = createHash('sha256').update(repository).digest('hex').slice(0, 32);
  return join(home, folder, digest.replace(':', '-'));
}

/** A first line with the type, then the bytes. */
async function writeEntry(path: string, { bytes, mediaType, gotAt }: Entry): Promise<void> {
  if (bytes.length > MAX_ENTRY_BYTES || mediaType.length > MAX_TYPE_BYTES || mediaType.includes('\n')) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    // Not synced: half a file does not hash to its name, and is as good as none.
    await writeFile(temporary, Buffer.concat([Buffer.from(`${mediaType}\n`), bytes]), { flag: 'wx', mode: MODE });
    await utimes(temporary, gotAt / 1000, gotAt / 1000);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function readEntry(path: string, digest: string): Promise<Entry | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile() || status.size > MAX_ENTRY_BYTES + MAX_TYPE_BYTES) return null;
      const content = await file.readFile();
      const end = content.indexOf('\n');
      if (end === -1 || end > MAX_TYPE_BYTES) return null;
      const bytes = content.subarray(end + 1);
      const parsed = parseDigest(digest);
      if (parsed.kind !== 'supported' || digestOf(bytes, parsed.algorithm) !== digest) return null;
      return { bytes, mediaType: content.subarray(0, end).toString(), gotAt: Math.round(status.mtimeMs) };
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** Whatever goes wrong here costs room, and nothing else. */
async function pruneFolder(folder: string, now: number): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if ((await stat(path)).mtimeMs < now - OLD_MS) await rm(path, { force: true });
    }
  } catch {
    // A folder that somebody took away, or made unreadable.
  }
}
