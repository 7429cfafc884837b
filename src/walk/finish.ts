import type { AcknowledgedFinding, Acknowledgements } from './acknowledge.ts';
import { confirm } from './confirm.ts';
import type { WalkContext } from './context.ts';
import { boundUnknowns } from './bounded-unknowns.ts';
import { collectBlocked, countBlocked } from './blocked.ts';
import type { Finding } from './finding.ts';
import { countCutShort } from './cut-short.ts';
import { collectFindings } from './findings.ts';
import { pinsLeft } from './pins.ts';
import { recheckAttached } from './recheck-attached.ts';
import { createRecheck } from './recheck.ts';
import { foldUnresolvable } from './registry-wide.ts';
import type { Counts, WalkResult } from './result.ts';
import { setNeverSeenApart } from './settle-pins.ts';
import type { Tree, TreeNode } from './tree.ts';
import { tellUntold } from './untold.ts';
import { decideVerdict } from './verdict.ts';

/** Of what a policy refuses, so much is told, and all of it counted. */
const MOST_BLOCKED = 1_000;

/** Counts a repository's tree and lets it go, unless something in it is still open. */
export function closeTree(context: WalkContext, tree: Tree): void {
  context.tally.live.repositoriesDone += 1;
  if (context.trees.has(tree)) return;
  if (tree.openQuestions > 0 || tree.untold !== null) return void context.trees.add(tree);
  context.tally.addTree(tree);
  context.control.letGo(tree.repository);
}

/** Asks again for everything that was not found, until nothing is open. */
export async function confirmAll(context: WalkContext): Promise<void> {
  const recheck = createRecheck(context);
  const listedAgain = new Set<TreeNode>();
  do {
    do await confirm(context, recheck);
    while (await recheck.all());
  } while (await recheckAttached(context, listedAgain));
  tellUntold(context);
}

/** Draws up the result once everything is settled. */
export function conclude(
  context: WalkContext,
  circumstances: {
    readonly catalogAccessible: boolean;
    readonly catalogVanished: boolean;
    readonly catalogLost?: boolean;
    /** What is listed, where a catalog was read. */
    readonly listed?: readonly string[];
    /** What was left out of the list itself. */
    readonly skipped?: Counts['skipped'];
    /** True where what is open in the trees is counted already. */
    readonly counted?: boolean;
    /** What is known to be broken; left out, nothing. */
    readonly acknowledgements?: Acknowledgements;
    /** Whether anything says that a digest that somebody names was ever there; left out, all were. */
    readonly wasThere?: ((repository: string, digest: string) => boolean) | undefined;
    /** How many repositories were not walked to their end before the run ended. */
    readonly rest?: number;
  },
): WalkResult {
  const { listed, counted = false, rest = 0, wasThere = () => true } = circumstances;
  if (!counted) for (const tree of context.trees) context.tally.addTree(tree);
  const { unknowns } = context;
  const untold = boundUnknowns(unknowns);
  const collected = collectFindings(context.trees, context.options.needsPlatform);
  const { findings: all, neverSeen } = setNeverSeenApart(context, collected, wasThere);
  const left = pinsLeft(context.pins);
  // What a policy refuses tells neither that something is there nor that it is gone.
  const refused = countBlocked(context.trees);
  const tagsAsked = context.tally.live.tags - refused.tags;
  const { open: findings, acknowledged } = setApart(
    context.named ? all : foldUnresolvable(all, tagsAsked),
    circumstances.acknowledgements,
  );
  const blocked = collectBlocked(context.blocked, context.trees);
  // Who names an image wants to know that it pulls.
  const isRefused = context.named && blocked.length > 0;
  const complete = circumstances.catalogAccessible && unknowns.length === 0 && rest === 0 && !isRefused;
  const { knownBroken = new Set<string>() } = context.options;
  const verdict = decideVerdict({
    findings,
    acknowledged: acknowledged.map(({ finding }) => finding),
    complete,
    tagsAsked,
    pinnedAsked: context.tally.pinned - refused.pinned - neverSeen.length,
    goodManifests: context.tally.goodManifests,
    blobsAsked: context.tally.blobsAsked - refused.blobs,
    hasGoodBlob: context.control.knows('blob'),
    hasGoodLayer: context.control.knows('layer'),
    knownBroken,
    catalogVanished: circumstances.catalogVanished,
    cutShort: countCutShort(context.trees, knownBroken),
    guarded: !context.named,
  });
  return {
    complete,
    catalogAccessible: circumstances.catalogAccessible,
    ...(circumstances.catalogLost === true ? { catalogLost: true } : {}),
    verdict,
    counts: {
      ...context.tally.counts(unknowns),
      ...(context.options.referrers === true ? { orphanedReferrers: context.tally.orphanedReferrers } : {}),
      blocked: blocked.length,
      neverSeen: neverSeen.length,
      ...(left.size === 0 ? {} : { pinnedLeft: left.size }),
    },
    findings,
    ...(acknowledged.length === 0 ? {} : { acknowledged }),
    unknowns: untold.entries,
    untold: untold.repositories,
    blocked: blocked.slice(0, MOST_BLOCKED),
    ...(neverSeen.length === 0 ? {} : { neverSeen }),
    ...(context.tally.pinned + left.size === 0 ? {} : { pins: { there: context.pins.there, left } }),
    ...(listed === undefined
      ? {}
      : {
          census: {
            listed,
            hasTags: context.hasTags,
            skipped: circumstances.skipped ?? context.tally.counts([]).skipped,
            rest,
          },
        }),
  };
}

/** The findings without those that are known. */
function setApart(
  findings: readonly Finding[],
  acknowledgements: Acknowledgements | undefined,
): { readonly open: readonly Finding[]; readonly acknowledged: readonly AcknowledgedFinding[] } {
  if (acknowledgements === undefined) return { open: findings, acknowledged: [] };
  const open: Finding[] = [];
  const acknowledged: AcknowledgedFinding[] = [];
  for (const finding of findings) {
    const known = acknowledgements.of(finding);
    if (known === null) open.push(finding);
    else acknowledged.push({ finding, acknowledged: known });
  }
  return { open, acknowledged };
}
