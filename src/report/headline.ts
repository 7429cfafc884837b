import { isShort } from './short-finding.ts';
import { hintFor } from './hints.ts';
import type { Role } from './paint.ts';
import type { ReportedRegistry } from './schema.ts';
import { isBug } from './unknown-hints.ts';
import { quantity } from './wording.ts';

/** A registry's verdict in one word, and what it means in sentences. */
export interface Headline {
  readonly role: Role;
  readonly word: string;
  readonly sentences: readonly string[];
}

const LOOKS: Readonly<Record<ReportedRegistry['verdict'], { readonly role: Role; readonly word: string }>> = {
  sound: { role: 'good', word: 'SOUND' },
  broken: { role: 'bad', word: 'BROKEN' },
  unknown: { role: 'doubtful', word: 'COULD NOT TELL' },
  suspect: { role: 'bad', word: 'SUSPECT' },
};

/** Says in words what became of a registry, and what the verdict does not cover. */
export function headline(registry: ReportedRegistry): Headline {
  return { ...LOOKS[registry.verdict], sentences: [...meaning(registry), ...limits(registry)] };
}

function meaning(registry: ReportedRegistry): readonly string[] {
  switch (registry.verdict) {
    case 'sound':
      return [soundness(registry)];
    case 'broken':
      return [extent(registry)];
    case 'unknown':
      return ['It could not be told whether every image would still pull.'];
    case 'suspect':
      return [
        'Nearly everything is missing, so the backend is the likely cause, not the images: storage that is not there, or another registry behind this address.',
        heldBack(registry.findings.length),
        hintFor('backend_lost', { digest: null, recheck: null }),
      ];
  }
}

function soundness({ counts }: ReportedRegistry): string {
  if (counts.tags > 0 || counts.manifests + counts.indexes > 0) return 'Everything that was looked at is there.';
  if (counts.skipped.pull_through > 0) {
    return 'The catalog answers; nothing else is asked of a pull-through cache, since a walk would fill it.';
  }
  if (counts.blocked > 0) {
    return 'Nothing is broken, and nothing was checked: a policy of the registry refuses everything that was asked for.';
  }
  return 'Nothing is broken, and nothing was checked: there was no tag to look at.';
}

function extent({ findings }: ReportedRegistry): string {
  const repositories = new Set(findings.flatMap(({ repository }) => repository ?? [])).size;
  const tags = new Set(findings.flatMap((finding) => finding.tags.map((tag) => `${finding.repository}:${tag}`))).size;
  const isAll = findings.every((finding) => !isShort(finding) || finding.tagCount === finding.tags.length);
  const things = `${quantity(findings.length, 'thing')} ${findings.length === 1 ? 'is' : 'are'} broken`;
  const reach = tags === 0 ? '' : `, reached by ${isAll ? '' : 'at least '}${quantity(tags, 'tag')}`;
  const where = repositories === 0 ? 'the whole registry' : quantity(repositories, 'repository', 'repositories');
  return `${things} in ${where}${reach}.`;
}

function heldBack(findings: number): string {
  if (findings === 0) return 'No finding is counted.';
  const [subject, verb] = findings === 1 ? ['The 1 finding', 'is'] : [`The ${findings} findings`, 'are'];
  return `${subject} of this walk ${verb} held back and not counted: about a single image they say nothing.`;
}

/** What was not seen. The sound things that a walk did not reach look the same as broken ones that it did not reach. */
function limits({
  catalogAccessible,
  complete,
  verdict,
  counts,
  unknowns,
  coverage,
}: ReportedRegistry): readonly string[] {
  if (unknowns.some(isBug)) return ['A bug of the probe ended the walk, so nothing is known of any image.'];
  if (!catalogAccessible) {
    // Where repositories come from a list, none of their tag lists came, and each says why.
    const reason = (unknowns.find(({ repository }) => repository === null) ?? unknowns[0])?.reason;
    const consequence = counts.tags === 0 ? ', so no image was looked at' : '';
    return [`The catalog could not be listed${reason === undefined ? '' : ` (${reason})`}${consequence}.`];
  }
  // Where nearly everything is missing, that more may be is no news.
  if (complete || verdict === 'suspect') return [];
  if (coverage?.underWay === true) {
    const share = `${Math.floor(coverage.ratio * 100)}%`;
    return [`The walk goes on with the next run: ${share} of the repositories were walked as often as is promised.`];
  }
  return ['The walk is not complete: not everything that is sound was seen, and more may be broken.'];
}
