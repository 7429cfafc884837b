import { readFile, stat } from 'node:fs/promises';

import { messageOf } from '../util/errors.ts';
import { followLink, hasCode, replaceFile } from '../util/replace-file.ts';
import { METRIC_PREFIX } from './definitions.ts';
import { type Family, formatExposition, parseExposition } from './exposition.ts';
import { checkGrouping, type Group } from './grouping.ts';
import { mergeFamilies } from './merge.ts';

/** Whoever scrapes may be another user. The name of what is written meanwhile does not end in `.prom`. */
const READABLE_BY_ALL = 0o644;

/** Whose numbers are written, and whether the walk was complete, so that they replace all there was. */
export interface MetricsFileOptions extends Group {
  readonly complete: boolean;
}

/** Whether the file holds the numbers now; `detail` is one line. */
export type Written = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/**
 * Puts the families of one run into a file for node_exporter's textfile collector, the group's labels on each series.
 * What other registries have in the file stays; an incomplete run also leaves what it did not measure.
 * The file is replaced in one step, and not touched where it holds anything that the probe did not write.
 * Two calls for one file must not overlap: each reads it, adds and writes it. Throws for unusable grouping labels.
 */
export async function writeMetricsFile(
  path: string,
  run: readonly Family[],
  options: MetricsFileOptions,
): Promise<Written> {
  checkGrouping(options.job, options.groupingLabels);
  try {
    const target = await followLink(path);
    const present = await readFamilies(target);
    if (typeof present === 'string')
      return { kind: 'failed', detail: `the metrics file ${path} stays as it is: ${present}` };
    const merged = mergeFamilies(present, run, options, options.complete ? 'replace' : 'add');
    await replaceFile(target, await formatExposition(merged), READABLE_BY_ALL);
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', detail: `the metrics file ${path} cannot be written: ${messageOf(error)}` };
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
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
