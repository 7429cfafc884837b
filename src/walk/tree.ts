import { MANIFEST_TYPES } from '../oci/media-types.ts';
import type { BrokenObject } from './fault.ts';
import type { Absent, Lookup, Unknown } from './lookup.ts';
import type { SeenManifest } from './fetch-manifest.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import type { Ask, Resolution, Round } from './source.ts';
import type { Untold } from './untold.ts';

/** What is known of a thing so far. Only `broken` is a finding, and only a confirmation makes it so. */
export type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'good' }
  | { readonly kind: 'suspected' }
  | { readonly kind: 'broken'; readonly absent: Absent; readonly confirmations: number }
  /** Where time ended before it could be told, `seen` is that it was not there when it was last asked for. */
  | { readonly kind: 'unknown'; readonly unknown: Unknown; readonly seen?: Absent }
  /** A policy of the registry refuses it, to a node as well: whether it is whole, nobody can tell or needs to. */
  | { readonly kind: 'blocked'; readonly unknown: Unknown }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'gone' };

/** The thing was deleted or moved while the walk was under way, and is no concern any more. */
export interface Churned {
  readonly kind: 'churned';
}

/** What a descriptor says of a manifest, or the answer to the question what a name resolves to. */
export interface Declared {
  readonly mediaType: string;
  /** In bytes. */
  readonly size: number;
}

/** What is declared, and nothing else of where it stands: it may be kept as long as the tree. */
export function declare({ mediaType, size }: Declared): Declared {
  return { mediaType: MANIFEST_TYPES.find((known) => known === mediaType) ?? mediaType, size };
}

/** A tag or a digest that was asked for by itself: where a way into the tree begins. */
export interface Root {
  /** As an unknown is listed under it. */
  readonly reference: string;
  /** Resolves it once more. */
  resolve(ask: Ask): Promise<Lookup<Resolution> | Churned>;
  /** It points to something else by now, or to nothing. */
  moved(to: Resolution | null): Promise<void> | void;
}

/** How something is attached to what an edge comes from. */
export interface Attached {
  /** Listed by the registry, found under the tag that is named after the digest, or listed in a list of these. */
  readonly by: 'registry' | 'tag' | 'list';
  /** What kind of thing it is; null where nothing says so. */
  readonly artifactType: string | null;
}

/** Who refers to a thing: a manifest, or (with `from` null) a tag or a digest that was asked for. */
export interface Edge {
  readonly from: TreeNode | null;
  readonly tag: string | null;
  readonly object: BrokenObject;
  readonly platform: string | null;
  /** In bytes, from the descriptor. */
  readonly expectedSize: number | null;
  /** The index may lack this child on purpose. */
  readonly optional: boolean;
  /** What a manifest is taken for by whoever comes this way; null where nothing was declared, and for blobs. */
  readonly declared: Declared | null;
  /** Where the way begins; null for what a manifest refers to. */
  readonly root: Root | null;
  /** Set where it is attached to what the way comes from, so that nobody pulls it. */
  readonly attached?: Attached;
  /** Where it stands among the ways to its end, so that it is taken out without looking for it. */
  at: number;
  /** Whoever comes this way does not get the thing, however whole it is. */
  fault: { readonly absent: Absent; readonly confirmations: number } | null;
}

/** A manifest as it came when it was asked for in a round, by the type that it was read as. */
export interface Reread {
  readonly round: Round;
  readonly byType: Map<string, Promise<Lookup<SeenManifest>>>;
}

/** A manifest or a blob, once for each (repository, digest). */
export interface TreeNode {
  readonly digest: string;
  edges: Edge[];
  readonly depth: number;
  seen: SeenManifest | null;
  state: State;
  /** Somebody is already looking at it, and at what is below it; and how many look at what is above it, and wait for that. */
  explored: boolean;
  step: number;
  /** All that it refers to is in the tree, or was once. */
  visited: boolean;
  /** References to things of which it is not known that they are whole. */
  below: number;
  /** Ways to it that lead wrong, or may. */
  doubts: number;
  /** Of the ways to it, how many begin with a tag and end here. */
  tagged: number;
  /** Ways that are to be compared with it once more, all at once; null where there are none. */
  uncompared: Edge[] | null;
  /** What came of it in a round, where that is not over yet. */
  reread: Reread | null;
}

/** A tag, and what it resolved to. */
export interface TagEntry {
  readonly tag: string;
  digest: string | null;
  /** The way from it to that, once it is in the tree. */
  edge?: Edge | null;
  state: State;
}

/** An image that has no such platform. */
export interface Lacking {
  readonly node: TreeNode;
  readonly platform: string;
  readonly absent: Absent;
  readonly confirmations: number;
}

/** A list of what is attached to a manifest, that does not come or is gone. */
export interface Unlisted {
  readonly node: TreeNode;
  readonly absent: Absent;
  readonly confirmations: number;
}

/** What was walked of one repository. Nothing in it is shared with another repository or another registry. */
export interface Tree {
  readonly repository: string;
  readonly tags: Map<string, TagEntry>;
  readonly manifests: Map<string, TreeNode>;
  /** By what is asked for: a digest, or what it is to be unpacked as. Those whose sizes are wrong stand apart. */
  readonly blobs: Map<string, TreeNode>;
  /** What layers unpack to, by their keys among the blobs, where they were unpacked. */
  readonly diffIds: Map<string, string>;
  /** How many of them stand apart, so that each has a key of its own. */
  apart: number;
  /** Images without a platform that they have to have. */
  readonly lacking: Lacking[];
  /** Manifests by digest of which it was asked what is attached to them. */
  readonly askedFor: KeySet;
  readonly unlisted: Unlisted[];
  /** Whether a tag was among those that were listed; null where no list has come. */
  isListed: ((tag: string) => boolean) | null;
  /** The registry has said of one manifest here what is attached to it. */
  hasReferrers: boolean;
  /** Digests of which a tag says that something is attached to them, and that are not there; with the number of tags. */
  readonly orphans: Map<string, number>;
  /** What was found whole, and let go: by what was asked. */
  readonly whole: KeySet;
  /** Left out on purpose, so that each is counted once. */
  readonly skipped: KeySet;
  /** Questions that are open in this repository: it is counted and forgotten when there are none left. */
  openQuestions: number;
  /** Questions that are open, or were not answered well. */
  inDoubt: number;
  /** Ways to all that is in the tree. */
  ways: number;
  /** By step, the end of the line of manifests that name very much: one after the other is looked at. */
  readonly inLine: Map<number, Promise<void>>;
  /** What is in doubt, and had no room; null where all had. */
  untold: Untold | null;
}

/** An empty tree. */
export function createTree(repository: string): Tree {
  return {
    repository,
    tags: new Map(),
    manifests: new Map(),
    blobs: new Map(),
    apart: 0,
    diffIds: new Map(),
    lacking: [],
    askedFor: createKeySet(),
    unlisted: [],
    isListed: null,
    hasReferrers: false,
    orphans: new Map(),
    whole: createKeySet(),
    skipped: createKeySet(),
    openQuestions: 0,
    inDoubt: 0,
    ways: 0,
    inLine: new Map(),
    untold: null,
  };
}

/** A thing that nothing is known of yet. */
export function createNode(digest: string, depth: number): TreeNode {
  return {
    digest,
    edges: [],
    depth,
    seen: null,
    state: { kind: 'asking' },
    explored: false,
    step: 0,
    visited: false,
    below: 0,
    doubts: 0,
    tagged: 0,
    uncompared: null,
    reread: null,
  };
}

/** Adds a way to a thing. Most have one, and a list that is pushed to has room for many. */
export function addEdge(node: TreeNode, edge: Edge): void {
  edge.at = node.edges.length;
  if (edge.tag !== null) node.tagged += 1;
  if (node.edges.length === 0) node.edges = [edge];
  else node.edges.push(edge);
}

/** Takes a way out; one that is not there any more is no matter, and false. */
export function removeEdge(node: TreeNode, edge: Edge): boolean {
  if (node.edges[edge.at] !== edge) return false;
  if (edge.tag !== null) node.tagged -= 1;
  const last = node.edges.pop();
  if (last === undefined || last === edge) return true;
  node.edges[edge.at] = last;
  last.at = edge.at;
  return true;
}

/** An edge from a tag, or from a digest that was asked for where the tag is null. */
export function rootEdge(tag: string | null, root: Root | null = null, declared: Declared | null = null): Edge {
  return {
    from: null,
    tag,
    object: 'manifest',
    platform: null,
    expectedSize: null,
    optional: false,
    declared,
    root,
    at: 0,
    fault: null,
  };
}
