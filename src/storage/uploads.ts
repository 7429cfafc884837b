import type { RepositoryDeps } from './repository.ts';
import { partOf, UPLOADS } from './paths.ts';

/**
 * In milliseconds. An upload that nobody has added to for a day is not under way any more; a registry that purges them
 * does so after a week.
 */
export const ABANDONED_AFTER = 24 * 60 * 60 * 1000;

/** Uploads that were left behind. */
export interface AbandonedUploads {
  count: number;
  bytes: number;
  /** When the oldest was added to for the last time, in milliseconds since the epoch; null where there is none. */
  oldest: number | null;
}

/** Counts the uploads of a repository that were left behind before `now`. */
export async function countUploads(
  name: string,
  now: number,
  deps: RepositoryDeps,
  uploads: AbandonedUploads,
): Promise<void> {
  const { storage, breathe, onUnseen } = deps;
  const directory = partOf(name, UPLOADS);
  const names: string[] = [];
  const listed = storage.disk.each(directory, (entry) => names.push(entry.name));
  if (listed.kind === 'problem') onUnseen({ path: directory, problem: listed });
  for (const id of names) {
    await breathe();
    const [data, begun] = ['data', 'startedat'].map((file) => storage.disk.look(`${directory}/${id}/${file}`));
    const files = [data, begun].filter((file) => file?.kind === 'file');
    const changedAt = Math.max(...files.map((file) => file.changedAt));
    if (files.length === 0 || now - changedAt < ABANDONED_AFTER) continue;
    uploads.count += 1;
    uploads.bytes += data?.kind === 'file' ? data.size : 0;
    uploads.oldest = Math.min(uploads.oldest ?? changedAt, changedAt);
  }
}
