import * as z from 'zod';

import { listOf, mapping } from './leaves.ts';
import { Glob } from './patterns.ts';

const NAMES_EXPECTED = 'expected a glob without !, such as team/** or old-*';
const UNTIL_EXPECTED = 'expected a date as YYYY-MM-DD, such as 2027-01-31';
const REASON_EXPECTED = 'expected a text of 1 to 200 characters';
const SOMETHING_EXPECTED =
  'expected at least one of repository, tag and digest, or fault: unresolvable alone for the whole registry';

/** A report has it on one line. */
const MAX_REASON = 200;

const NameGlob = Glob.refine((glob) => !glob.startsWith('!'), { error: NAMES_EXPECTED });

const Entry = mapping({
  repository: NameGlob.optional(),
  tag: NameGlob.optional(),
  digest: NameGlob.optional(),
  fault: z.literal('unresolvable', { error: 'expected unresolvable, or nothing' }).optional(),
  until: z.iso.date({ error: UNTIL_EXPECTED }),
  reason: z.string({ error: REASON_EXPECTED }).trim().min(1, { error: REASON_EXPECTED }).max(MAX_REASON, {
    error: REASON_EXPECTED,
  }),
}).refine(saysWhat, { error: SOMETHING_EXPECTED });

/** What is known to be broken, by entries that all of their keys have to match, until the end of a day in UTC. */
export const Acknowledged = listOf(Entry, 'mappings with repository, tag or digest, until and reason');

function saysWhat({ repository, tag, digest, fault }: Readonly<Record<string, unknown>>): boolean {
  const named = [repository, tag, digest].some((one) => one !== undefined);
  return fault === undefined ? named : !named;
}
