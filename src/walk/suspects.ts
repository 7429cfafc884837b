import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import type { Ask, ContentKind } from './source.ts';
import type { Churned, State, Tree } from './tree.ts';

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
  readonly first: Absent | Unknown;
  /** What it is compared with: things of its own kind. Absent, manifests. */
  readonly among?: ContentKind;
  /** Asks again, by another request. */
  askAgain(ask: Ask): Promise<Lookup<T> | Churned>;
  /** Called once, when the question is closed and the state set: go on below what was there after all. */
  end(end: End<T>): Promise<void> | void;
}

/** What asking again has brought; what was found is accepted by whoever suspected it. */
export type SecondAnswer = { readonly kind: 'found'; accept(): Promise<void> } | Absent | Unknown | Churned;

/** A suspicion with the answers that later rounds brought. */
export interface OpenCase {
  readonly repository: string;
  readonly reference: string;
  readonly first: Absent | Unknown;
  readonly among: ContentKind;
  readonly answers: (Absent | Unknown)[];
  askAgain(ask: Ask): Promise<SecondAnswer>;
  /** Ends it otherwise than by finding the thing. */
  close(end: Churned | Settled): Promise<void>;
}

/** Where a walk leaves what it could not see, until the end of the walk. */
export interface Suspects {
  add<T>(suspect: Suspect<T>): void;
  /** Takes out everything that is open. */
  take(): OpenCase[];
  /** Puts a case back for another round. */
  putBack(open: OpenCase): void;
  readonly size: number;
}

/** An empty list of suspects. */
export function createSuspects(): Suspects {
  let open: OpenCase[] = [];
  return {
    add: (suspect) => void open.push(openCase(suspect)),
    take: () => {
      const taken = open;
      open = [];
      return taken;
    },
    putBack: (kept) => void open.push(kept),
    get size() {
      return open.length;
    },
  };
}

function openCase<T>(suspect: Suspect<T>): OpenCase {
  const { tree, reference, subject, first, among = 'manifest' } = suspect;
  const setState = (state: State): void => {
    if (subject !== undefined) subject.state = state;
  };
  const close = async (end: End<T>): Promise<void> => {
    tree.openQuestions -= 1;
    setState(stateAfter(end));
    await suspect.end(end);
  };

  tree.openQuestions += 1;
  setState({ kind: 'suspected' });
  return {
    repository: tree.repository,
    reference,
    first,
    among,
    answers: [],
    askAgain: async (ask) => {
      const answer = await suspect.askAgain(ask);
      return answer.kind === 'found' ? { kind: 'found', accept: () => close(answer) } : answer;
    },
    close,
  };
}

function stateAfter(end: End<unknown>): State {
  switch (end.kind) {
    case 'found':
      return { kind: 'good' };
    case 'churned':
      return { kind: 'gone' };
    case 'broken':
    case 'unknown':
    case 'blocked':
      return end;
  }
}
