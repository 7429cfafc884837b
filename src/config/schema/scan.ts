import * as z from 'zod';

import { listOf, mapping, toggle } from './leaves.ts';
import { Glob } from './patterns.ts';

const KIND_EXPECTED = 'expected private or pull-through, or GLOB=private or GLOB=pull-through';
const VERSION_EXPECTED = 'expected 2 or 3';

/** What a storage is for, of all storages below a directory or of those whose directory's name matches a glob. */
const KindRule = z.string({ error: KIND_EXPECTED }).refine((rule) => isKindRule(rule), { error: KIND_EXPECTED });

/** How the storage of a registry is looked at. */
export const Scan = mapping({
  kind: listOf(KindRule, 'kinds')
    .default([])
    .describe(
      'What `scan` takes a storage for, private unless it is told: private or pull-through for all, or `GLOB=pull-through` for those below a directory whose name matches; the last one that fits counts.',
    ),
  registryVersion: z
    .int({ error: VERSION_EXPECTED })
    .min(2, { error: VERSION_EXPECTED })
    .max(3, { error: VERSION_EXPECTED })
    .default(2)
    .describe('The major version of the registry that serves the storage.'),
  beforeGc: toggle
    .default(false)
    .describe('Say what a garbage collection of the storage would break, and what it would free.'),
  deleteUntagged: toggle
    .default(false)
    .describe(
      'The garbage collection is one that deletes untagged manifests, `garbage-collect -m`. For `scan.beforeGc`.',
    ),
  failOnFindings: toggle.default(true).describe('Exit with 1 when a scan has confirmed findings.'),
});

function isKindRule(rule: string): boolean {
  const at = rule.lastIndexOf('=');
  const isKind = ['private', 'pull-through'].includes(rule.slice(at + 1));
  return isKind && (at === -1 || (!rule.startsWith('!') && Glob.safeParse(rule.slice(0, at)).success));
}
