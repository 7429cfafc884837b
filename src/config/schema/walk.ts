import * as z from 'zod';

import { BLOB_CHECKS } from '../../walk/source.ts';
import { Acknowledged } from './acknowledged.ts';
import { Duration, Period, PositiveDuration } from './duration.ts';
import { listOf, mapping, numberOrWord, oneOf, path, toggle, wholeNumber } from './leaves.ts';
import { Moment } from './moment.ts';
import { Glob, RepositoryName } from './patterns.ts';
import { ScrubRate, Size } from './size.ts';

/** The catalog of distribution 2.8 refuses pages of more than 1000 names. */
const MAX_PAGE_SIZE = 1000;

/** What containerd takes for a manifest at most, where it resolves a name. */
const DEFAULT_MANIFEST_LIMIT = '4393216B';

/** More than one process has use for. */
const MAX_CONCURRENCY = 64;

const RATE_EXPECTED = 'expected a number of more than 0, such as 10 or 0.5';

/** How a registry is walked: for all registries at the top level, and for one of them inside it. */
export const WALK_SHAPE = {
  concurrency: numberOrWord(1, MAX_CONCURRENCY, 'auto')
    .default('auto')
    .describe(
      'How many requests to a host are under way at once; `auto` finds out how many it answers without getting slower.',
    ),
  maxConcurrency: wholeNumber(1, MAX_CONCURRENCY)
    .default(32)
    .describe('How many requests to a host are under way at once at most, where `concurrency` is `auto`.'),
  requestsPerSecond: z
    .number({ error: RATE_EXPECTED })
    .positive({ error: RATE_EXPECTED })
    .nullable()
    .default(null)
    .describe('How many requests a second may be sent for a registry, spaced evenly; unset, there is no limit.'),
  requestsPerRun: wholeNumber(1)
    .nullable()
    .default(null)
    .describe(
      'How many requests a run may send to look at things; it then asks again for what looked broken, and the next run goes on there. Unset, there is no limit.',
    ),
  fullWalkEvery: Period.nullable()
    .default(null)
    .describe(
      'How often everything is walked at least, such as `1d`, by as many runs as it takes; unset, by every run. It needs a state.',
    ),
  coverageAcceptedAt: Moment.nullable()
    .default(null)
    .describe(
      'Since when it is all right that fewer repositories or tags are listed than before, such as `2026-01-31T08:00:00Z`: what was listed before is forgotten.',
    ),
  scrub: mapping({
    every: Period.nullable()
      .default(null)
      .describe(
        'How often every config and layer is hashed once, by turns, such as `30d`; unset, never. It needs a state, and finds what keeps its length and loses its content.',
      ),
    bytesPerSecond: ScrubRate.prefault('20MB').describe(
      'How fast that reads, and how much a run takes on: as much as it reads so in half of its time.',
    ),
  }).prefault({}),
  timeout: PositiveDuration.prefault('30s').describe(
    'How long one request may take; for content that is hashed, how long it may be silent.',
  ),
  retries: wholeNumber(0, 10).default(2).describe('Further tries after a failed connection, a 429 or a 5xx.'),
  blobCheck: oneOf(BLOB_CHECKS)
    .default('tail')
    .describe(
      'How configs and layers are checked: by their length alone (head), by reading the last byte (tail), by reading it without asking for the length before (byte), by hashing everything (full), or by unpacking every layer as a node does (unpack).',
    ),
  readWithoutRange: Size.prefault('1MiB').describe(
    'Up to which size a blob is read whole where a registry cannot bring its last byte alone; of a larger one only the beginning is read, and it is counted as weakly checked.',
  ),
  unpackLimit: Size.prefault('20GB').describe(
    'How much is unpacked of a layer at most, and never more than 100 times its size; a larger one counts as unknown. For `blobCheck: unpack`.',
  ),
  insecure: toggle.default(false).describe('Allow plain HTTP and TLS that does not verify.'),
  caFile: path
    .nullable()
    .default(null)
    .describe("A PEM file with certificates to trust in addition to the system's roots."),
  certFile: path
    .nullable()
    .default(null)
    .describe('A PEM file with a client certificate, and the chain below its authority, to show who asks for one.'),
  keyFile: path.nullable().default(null).describe("A PEM file with the client certificate's private key."),
  repositories: mapping({
    match: listOf(Glob, 'globs')
      .default([])
      .describe('Walk only repositories that match one of these globs; `!` before a glob excludes.'),
    include: listOf(RepositoryName, 'repository names')
      .default([])
      .describe('Exact names of repositories to walk although the catalog does not show them.'),
    source: oneOf(['catalog', 'list'])
      .default('catalog')
      .describe(
        'Where the repositories come from: the catalog and `include`, or `include` alone (list), for a registry without a catalog.',
      ),
  }).prefault({}),
  tags: mapping({
    match: listOf(Glob, 'globs')
      .default([])
      .describe('Walk only tags that match one of these globs; `!` before a glob excludes.'),
  }).prefault({}),
  pageSize: wholeNumber(1, MAX_PAGE_SIZE)
    .default(MAX_PAGE_SIZE)
    .describe('How many names to ask for in one page of the catalog or of a tag list.'),
  allowEmptyCatalog: toggle
    .default(false)
    .describe('Accept a registry without a repository; otherwise an empty catalog counts as inaccessible.'),
  allowMissingPlatforms: listOf(Glob, 'platform globs')
    .default([])
    .describe('Platforms whose images an index may lack on purpose, as globs such as `windows/**`.'),
  excludePlatforms: listOf(Glob, 'platform globs')
    .default([])
    .describe('Platforms whose images are not asked for, as globs such as `linux/s390x`.'),
  referrers: toggle
    .default(false)
    .describe(
      'Walk what is attached to what each tag and each pinned digest leads to, such as signatures, attestations and SBOMs: what the registry lists as referrers, or what is under the tag that is named after the digest.',
    ),
  acknowledged: Acknowledged.default([]).describe(
    'What is known to be broken until a day, and no alarm: mappings of `repository`, `tag` and `digest` (globs, of which one at least is given and all have to match; or `fault: unresolvable` alone for the whole registry), `until` (YYYY-MM-DD, that whole day in UTC) and `reason`. A finding is known if every tag and every pinned digest that it reaches is. For `run`.',
  ),
  platforms: oneOf(['all', 'nodes'])
    .default('all')
    .describe(
      'Whose images would be pulled here, which decides how severe it is that one is lost: those of every platform, or those of the platforms that a node of the cluster has, or had in the last 30 days by the state (nodes); that needs `kubernetes.nodes`.',
    ),
  confirm: mapping({
    delay: Duration.prefault('2s').describe('How long to wait before what looks broken is asked again.'),
    rounds: wholeNumber(1, 10).default(3).describe('How often what looks broken is asked again before it is reported.'),
  }).prefault({}),
  manifestLimit: Size.prefault(DEFAULT_MANIFEST_LIMIT).describe(
    'The largest manifest that is read; a larger child of an index counts as unknown. What a tag leads to is no larger for a node than the default, whatever is said here.',
  ),
};
