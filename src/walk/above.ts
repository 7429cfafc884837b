import { hash } from 'node:crypto';

import { isAttachmentTag } from '../oci/attachment-tag.ts';
import type { Attached, Edge, TreeNode } from './tree.ts';

/** Tags, and digests that were asked for, of which the first ones are known. */
const FIRST_NAMES = 20;
/** Platforms that are known; what is part of more counts as needed for any. */
const FIRST_PLATFORMS = 64;
/** Manifests on the way from a tag, where there is a choice: a chain of manifests may be as long as a registry likes. */
export const LONGEST_PATH = 64;

/** What is on all ways up from somewhere. */
export interface Above {
  /** A tag, or a digest that was asked for by itself, leads here. */
  readonly isReached: boolean;
  /** One that is not named after what it is attached to. */
  readonly isNamed: boolean;
  /** Somebody comes here without asking for a platform. */
  readonly isNeededByAll: boolean;
  /** Somebody does so by a digest that was asked for by itself. */
  readonly isNeededByPins: boolean;
  /** Somebody who pulls an image comes here, and not only who looks for what is attached to one. */
  readonly isPulled: boolean;
  /** How something on a way up is attached to an image; null where nothing is. */
  readonly attached: Attached | null;
  /** The first tags, digests that were asked for, and platforms, each sorted. */
  readonly tags: readonly string[];
  readonly hasMoreTags: boolean;
  readonly roots: readonly string[];
  readonly hasMoreRoots: boolean;
  readonly platforms: readonly string[];
  readonly hasMorePlatforms: boolean;
  /** Manifests on the shortest way that begins with the first tag, and the one that it comes by; null at its beginning. */
  readonly steps: number;
  readonly next: TreeNode | null;
}

const NOTHING: Above = {
  isReached: false,
  isNamed: false,
  isNeededByAll: false,
  isNeededByPins: false,
  isPulled: false,
  attached: null,
  tags: [],
  hasMoreTags: false,
  roots: [],
  hasMoreRoots: false,
  platforms: [],
  hasMorePlatforms: false,
  steps: Infinity,
  next: null,
};

/** Tells what is above the parts of a tree. */
export interface LookUp {
  /** Above edges; those that somebody asked for by itself lead to this end, where one is given. */
  of(edges: readonly Edge[], end?: string): Above;
  at(node: TreeNode): Above;
  isReached(edge: Edge): boolean;
}

/**
 * Goes by each way of a tree that does not change any more once, whatever is asked: of many things that are broken, each
 * may have hundreds of thousands of ways above it. What leads to itself leads to nothing more by that.
 */
export function createLookUp(): LookUp {
  const known = new Map<TreeNode, Above>();
  const lists = new Map<string, readonly string[]>();

  function prepare(edges: readonly Edge[], open: TreeNode[] = []): void {
    const begun = new Set<TreeNode>();
    const openAbove = (some: readonly Edge[]): void => {
      for (const { from } of some) if (from !== null && !known.has(from)) open.push(from);
    };
    openAbove(edges);
    // Not by calls in calls: a chain may have ten thousands of manifests.
    for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
      if (begun.has(node)) {
        open.pop();
        if (begun.delete(node)) known.set(node, shared(sumUp(node.edges, node.digest)));
      } else if (known.has(node)) {
        open.pop();
      } else {
        begun.add(node);
        known.set(node, NOTHING);
        openAbove(node.edges);
      }
    }
  }

  function sumUp(edges: readonly Edge[], end: string | null): Above {
    const sum = { isReached: false, isNamed: false, isNeededByAll: false, isNeededByPins: false, isPulled: false };
    const tags = createFirst(FIRST_NAMES);
    const roots = createFirst(FIRST_NAMES);
    const platforms = createFirst(FIRST_PLATFORMS);
    let attached: Attached | null = null;
    for (const edge of edges) {
      const above = edge.from === null ? ofRoot(edge) : (known.get(edge.from) ?? NOTHING);
      const isPlain = edge.platform === null;
      const isApart = edge.attached !== undefined && edge.attached.by !== 'list';
      sum.isReached ||= above.isReached;
      sum.isNamed ||= above.isNamed;
      sum.isNeededByAll ||= isPlain && above.isNeededByAll;
      sum.isNeededByPins ||= isPlain && above.isNeededByPins;
      sum.isPulled ||= !isApart && above.isPulled;
      attached ??= edge.attached ?? above.attached;
      tags.add(above.tags, above.hasMoreTags);
      roots.add(edge.from === null && edge.tag === null && end !== null ? [end] : above.roots, above.hasMoreRoots);
      if (edge.platform === null) platforms.add(above.platforms, above.hasMorePlatforms);
      else platforms.add([edge.platform], false);
    }
    const [firstTags, firstRoots, firstPlatforms] = [tags.end(), roots.end(), platforms.end()];
    return {
      ...sum,
      attached,
      tags: firstTags.names,
      hasMoreTags: firstTags.hasMore,
      roots: firstRoots.names,
      hasMoreRoots: firstRoots.hasMore,
      platforms: firstPlatforms.names,
      hasMorePlatforms: firstPlatforms.hasMore,
      ...shortest(edges, firstTags.names[0]),
    };
  }

  function shortest(edges: readonly Edge[], first: string | undefined): Pick<Above, 'steps' | 'next'> {
    let best: Rank | null = null;
    let next: TreeNode | null = null;
    for (const { from, tag } of edges) {
      const above = from === null ? null : known.get(from);
      if (above?.isReached === false) continue;
      const steps = above === null ? 0 : (above?.steps ?? Infinity) + 1;
      const rank: Rank = [
        steps > LONGEST_PATH ? 1 : 0,
        (above === null ? (tag ?? undefined) : above?.tags[0]) === first ? 0 : 1,
        steps,
      ];
      if (best !== null && !isBefore(rank, best)) continue;
      best = rank;
      next = from;
    }
    return { steps: best?.[2] ?? Infinity, next };
  }

  /** The same list once, however many manifests have it. */
  function shared(above: Above): Above {
    return { ...above, tags: share(above.tags), roots: share(above.roots), platforms: share(above.platforms) };
  }

  function share(names: readonly string[]): readonly string[] {
    const key = names.length === 0 ? '' : hash('sha256', names.join('\n'));
    const one = lists.get(key) ?? names;
    lists.set(key, one);
    return one;
  }

  function at(node: TreeNode): Above {
    if (!known.has(node)) prepare([], [node]);
    return known.get(node) ?? NOTHING;
  }

  return {
    at,
    of(edges, end) {
      prepare(edges);
      return sumUp(edges, end ?? null);
    },
    isReached: ({ from }) => from === null || at(from).isReached,
  };
}

type Rank = readonly [number, number, number];

function isBefore(a: Rank, b: Rank): boolean {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? 0;
    if (one !== other) return one < other;
  }
  return false;
}

function ofRoot({ tag }: Edge): Above {
  const isNamed = tag === null || !isAttachmentTag(tag);
  return {
    ...NOTHING,
    isReached: true,
    isNamed,
    isNeededByAll: true,
    isNeededByPins: tag === null,
    isPulled: isNamed,
    tags: tag === null ? [] : [tag],
  };
}

interface First {
  add(names: readonly string[], hasMore: boolean): void;
  /** The first ones, sorted, and whether there are more. */
  end(): { readonly names: readonly string[]; readonly hasMore: boolean };
}

/** The first so many names of many lists, most of which are the same ones. */
function createFirst(most: number): First {
  const all = new Set<string>();
  let isMore = false;
  let latest: readonly string[] | null = null;
  return {
    add(names, hasMore) {
      isMore ||= hasMore;
      if (names === latest) return;
      latest = names;
      for (const name of names) all.add(name);
    },
    end: () => ({ names: [...all].toSorted().slice(0, most), hasMore: isMore || all.size > most }),
  };
}
