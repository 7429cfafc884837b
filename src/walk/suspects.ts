import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import { createSameAnswers } from './same-answers.ts';
import type { Ask, ContentKind } from './source.ts';
import type { Churned, State, Tree, TreeNode } from './tree.ts';

/** What is known of a thing that was not found in the end. */
export type Settled = Extract<State, { readonly kind: 'broken' | 'unknown' | 'blocked' }>;

/** How a suspicion ends. */
export type End<T> = Found<T> | Churned | Settled;

/** Something that was not found at first sight, how to ask for it again, and what to do about how that ends. */
export interface Suspect<T> {
  /** Where it is: a question is open there until the end. */
  readonly tree: Tree;
  /** A tag, a digest or `_tags`: what an unknown is listed under. */
  readonly reference: string;
  /** The tag or the node whose state the suspicion is; none where only a part of it is in doubt. */
  readonly subject?: { state: State };
  /** What is in doubt, or the end of a way that is; none for a name. */
  readonly node?: TreeNode;
  readonly first: Absent | Unknown;
  /** Of all that were added with it and not found: set where it is added. */
  readonly count?: { inDoubt: number };
  /** What it is compared with: things of its own kind. Absent, manifests. */
  readonly among?: ContentKind;
  /** Asks again, by another request. */
  askAgain(ask: Ask): Promise<Lookup<T> | Churned>;
  /** Called once, when the question is closed and the state set: go on below what was there after all. */
  end(end: End<T>): Promise<void> | void;
}

/** What asking again has brought; what was found is accepted by whoever suspected it. */
export type SecondAnswer = { readonly kind: 'found'; accept(): Promise<void> } | Absent | Unknown | Churned;

/** A suspicion with the answers that later rounds brought. There may be tens of thousands, so nothing else is in it. */
export interface OpenCase {
  /** Finds what only itself can take. */
  readonly suspect: Suspect<unknown>;
  answers: readonly (Absent | Unknown)[];
}

/** Where a walk leaves what it could not see, until the end of the walk. */
export interface Suspects {
  add<T>(suspect: Suspect<T>): void;
  /** Takes out everything that was added. */
  take(): OpenCase[];
  /** How many were added and not taken. */
  readonly size: number;
  /** How many were added, and not found. */
  readonly inDoubt: number;
  /** Gives an answer that says the same, and is kept already where there is one. */
  same<T extends Absent | Unknown>(answer: T): T;
}

/** An empty list of suspects. */
export function createSuspects(): Suspects {
  const same = createSameAnswers();
  let open: OpenCase[] = [];
  const count = { inDoubt: 0 };
  return {
    add<T>(suspect: Suspect<T>) {
      suspect.tree.openQuestions += 1;
      suspect.tree.inDoubt += 1;
      count.inDoubt += 1;
      if (suspect.subject !== undefined) suspect.subject.state = SUSPECTED;
      const kept = { ...suspect, first: same(suspect.first), count };
      open.push({ suspect: kept, answers: NONE });
    },
    same,
    take: () => {
      const taken = open;
      open = [];
      return taken;
    },
    get size() {
      return open.length;
    },
    get inDoubt() {
      return count.inDoubt;
    },
  };
}

const SUSPECTED: State = { kind: 'suspected' };
const NONE: readonly (Absent | Unknown)[] = [];

/** Asks again for what is suspected. */
export async function askAgain({ suspect }: OpenCase, ask: Ask): Promise<SecondAnswer> {
  const answer = await suspect.askAgain(ask);
  return answer.kind === 'found' ? { kind: 'found', accept: () => end(suspect, answer) } : answer;
}

/** Ends a suspicion otherwise than by finding the thing. */
export function close({ suspect }: OpenCase, how: Churned | Settled): Promise<void> {
  return end(suspect, how);
}

async function end(suspect: Suspect<unknown>, how: End<unknown>): Promise<void> {
  suspect.tree.openQuestions -= 1;
  if (how.kind === 'found' || how.kind === 'churned') {
    suspect.tree.inDoubt -= 1;
    if (suspect.count !== undefined) suspect.count.inDoubt -= 1;
  }
  if (suspect.subject !== undefined) suspect.subject.state = stateAfter(how);
  await suspect.end(how);
}

function stateAfter(how: End<unknown>): State {
  switch (how.kind) {
    case 'found':
      return { kind: 'good' };
    case 'churned':
      return { kind: 'gone' };
    case 'broken':
    case 'unknown':
    case 'blocked':
      return how;
  }
}
