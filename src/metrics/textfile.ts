import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';

import { messageOf } from '../util/errors.ts';
import { METRIC_PREFIX } from './definitions.ts';
import { type Family, formatExposition, parseExposition } from './exposition.ts';
import { checkGrouping, type Group } from './grouping.ts';
import { mergeFamilies } from './merge.ts';

/** Whose numbers are written, and whether the walk was complete, so that they replace all there was. */
export interface MetricsFileOptions extends Group {
  readonly complete: boolean;
}

/** Whether the file holds the numbers now; `detail` is one line. */
export type Written = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/**
 * Puts the text of one run into a file for node_exporter's textfile collector, with the group's labels on each series.
 * What other registries have in the file stays; an incomplete run also leaves what it did not measure.
 * The file is replaced in one step, and not touched where it holds anything that the probe did not write.
 * Two calls for one file must not overlap: each reads it, adds and writes it. Throws for unusable grouping labels.
 */
export async function writeMetricsFile(path: string, text: string, options: MetricsFileOptions): Promise<Written> {
  checkGrouping(options.job, options.groupingLabels);
  const run = parseExposition(text);
  if (!run.ok) throw new Error(`line ${run.line} of the metrics to write: ${run.problem}`);
  try {
    const target = await follow(path);
    const present = await readFamilies(target);
    if (typeof present === 'string')
      return { kind: 'failed', detail: `the metrics file ${path} stays as it is: ${present}` };
    const merged = mergeFamilies(present, run.families, options, options.complete ? 'replace' : 'add');
    await replaceFile(target, formatExposition(merged));
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', detail: `the metrics file ${path} cannot be written: ${messageOf(error)}` };
  }
}

/** The file behind a symbolic link: renaming over the link would leave the file behind it as it was. */
async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isNotFound(error)) return path;
    throw error;
  }
}

/** The families in the file, none where there is no file, or why it is not one of ours. */
async function readFamilies(path: string): Promise<readonly Family[] | string> {
  try {
    if (!(await stat(path)).isFile()) return 'it is not a regular file';
    const present = parseExposition(await readFile(path, 'utf8'));
    if (!present.ok) return `line ${present.line} is not the probe's: ${present.problem}`;
    const foreign = present.families.find(({ name }) => !name.startsWith(METRIC_PREFIX));
    return foreign === undefined ? present.families : `it holds ${foreign.name}, which is not the probe's`;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/**
 * Writes beside the file and renames, so that a scrape sees the old file or the new one, never half of it.
 * The name does not end in `.prom`, so the collector does not read it meanwhile; whoever scrapes may read the result.
 */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
