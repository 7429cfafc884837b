import type { Descriptor } from '../oci/descriptor.ts';
import type { Clock } from '../util/clock.ts';
import { isRefusedByPolicy } from './blocked.ts';
import { fetchManifest } from './fetch-manifest.ts';
import type { Lookup } from './lookup.ts';
import { sortedByAndBy } from './sorted-names.ts';
import type { Ask, ContentKind, ContentSource, ControlCheck, KnownGood, ManifestReference, Round } from './source.ts';

/** Known good things of a kind kept for each repository: more than one, because one may be deleted in the meantime. */
const GOOD_PER_REPOSITORY = 3;
/** Repositories of which something good is kept after their end: enough for those that have nothing good themselves. */
const REPOSITORIES_KEPT = 100;

/** Other repositories that are asked where one has nothing to compare with: a policy may be for several of them. */
const MOST_OTHERS = 3;

/** Something that was found good. */
export type Good =
  | { readonly kind: 'reference'; readonly reference: ManifestReference }
  | { readonly kind: 'manifest'; readonly digest: string }
  | { readonly kind: BlobPart; readonly descriptor: Descriptor };

/**
 * Configs are small and change hands early: caches and databases have them when the layers are long out of reach. So
 * each of the two is kept apart, and both have to come.
 */
type BlobPart = 'config' | 'layer';

const BLOB_PARTS: readonly BlobPart[] = ['layer', 'config'];

/**
 * Guards against an outage that looks like damage: before a finding counts, something that was found good in this walk
 * has to be found again.
 */
export interface Control extends KnownGood {
  /** Remembers what was found good. */
  foundGood(repository: string, good: Good): void;
  /** Nothing is asked of a repository any more: what was good in it is kept only where there is not enough. */
  letGo(repository: string): void;
  /** True when something of this kind was found good, in whatever repository. */
  knows(kind: ContentKind | Good['kind']): boolean;
  /** A repository's tags, in order, asked for once a round. */
  tags(repository: string, ask: Ask): Promise<Lookup<readonly string[]>>;
  /**
   * True when the registry answers: a manifest known to be good still comes or, where none is known to be good yet,
   * the repository's tag list does and is not empty.
   */
  isAlive(repository: string, ask: Ask): Promise<boolean>;
}

/** Creates a control over a source. */
export function createControl(source: ContentSource, clock: Pick<Clock, 'sleep'>): Control {
  const known: Readonly<Record<Good['kind'], Map<string, readonly Good[]>>> = {
    reference: new Map(),
    manifest: new Map(),
    config: new Map(),
    layer: new Map(),
  };
  const rounds = new WeakMap<Round, Answers>();
  /** Of the latest period. What comes is asked for in each round, to vouch for what does not. */
  const failing = { period: NaN, checks: new Map<string, ControlCheck>() };

  function answersIn({ round }: Ask): Answers {
    const answers = (round && rounds.get(round)) ?? { lists: new Map(), checks: new Map() };
    if (round !== undefined) rounds.set(round, answers);
    return answers;
  }

  function failingIn({ round }: Ask): Map<string, ControlCheck> {
    if (round === undefined) return new Map();
    if (failing.period !== round.period) failing.checks.clear();
    failing.period = round.period;
    return failing.checks;
  }

  async function list(repository: string, ask: Ask): Promise<Lookup<readonly string[]>> {
    const listed = await source.tags(repository, ask);
    return listed.kind === 'found' ? { kind: 'found', value: await sortedByAndBy(listed.value, clock) } : listed;
  }

  function fetchGood(repository: string, good: Good, ask: Ask): Promise<Lookup<unknown>> {
    switch (good.kind) {
      case 'reference':
        return source.resolve(repository, good.reference, ask);
      case 'manifest':
        return fetchManifest(source, repository, good.digest, ask);
      case 'config':
      case 'layer':
        return source.blob(repository, good.descriptor, 'tail', ask);
    }
  }

  /** What a policy refuses meanwhile is no outage, and proves nothing: then there is nothing to compare with. */
  async function askGood(repository: string, things: readonly Good[], ask: Ask): Promise<ControlCheck> {
    let lost: string | null = null;
    for (const good of things) {
      const answer = await fetchGood(repository, good, ask);
      if (answer.kind === 'found') return { kind: 'holds' };
      if (isRefusedByPolicy(answer)) continue;
      const detail = answer.kind === 'absent' ? answer.observed.detail : answer.detail;
      lost = `${repository}${nameOf(good)}, found good before, does not come any more: ${detail}`;
    }
    return lost === null ? { kind: 'none' } : { kind: 'fails', detail: lost };
  }

  async function checkOne(repository: string, kind: Good['kind'], ask: Ask): Promise<ControlCheck> {
    const { checks } = answersIn(ask);
    for (const where of placesOf(repository, kind)) {
      const checked = await once(checks, `${kind} ${where}`, () => checkIn(where, kind, ask));
      if (checked.kind !== 'none') return checked;
    }
    return { kind: 'none' };
  }

  async function checkIn(where: string, kind: Good['kind'], ask: Ask): Promise<ControlCheck> {
    const key = `${kind} ${where}`;
    const failed = failingIn(ask).get(key);
    if (failed !== undefined) return failed;
    const checked = await askGood(where, known[kind].get(where) ?? [], ask);
    if (checked.kind === 'fails') failingIn(ask).set(key, checked);
    return checked;
  }

  /** The repository itself where something is known of it; others, where it has nothing that tells anything. */
  function placesOf(repository: string, kind: Good['kind']): readonly string[] {
    const places = known[kind].has(repository) ? [repository] : [];
    for (const other of known[kind].keys()) {
      if (places.length > MOST_OTHERS) break;
      if (other !== repository) places.push(other);
    }
    return places;
  }

  async function checkBlobs(repository: string, ask: Ask): Promise<ControlCheck> {
    const checked = await Promise.all(BLOB_PARTS.map((part) => checkOne(repository, part, ask)));
    const telling = checked.find(({ kind }) => kind === 'fails') ?? checked.find(({ kind }) => kind === 'holds');
    return telling ?? { kind: 'none' };
  }

  const control: Control = {
    foundGood(repository, good) {
      const there = known[good.kind];
      const things = there.get(repository) ?? [];
      if (things.length >= GOOD_PER_REPOSITORY) return;
      if (!things.some((one) => nameOf(one) === nameOf(good))) there.set(repository, [...things, good]);
    },
    letGo(repository) {
      for (const there of Object.values(known)) if (there.size > REPOSITORIES_KEPT) there.delete(repository);
    },
    knows: (kind) => (kind === 'blob' ? BLOB_PARTS : [kind]).some((one) => known[one].size > 0),
    tags: (repository, ask) => once(answersIn(ask).lists, repository, () => list(repository, ask)),
    check: (repository, kind, ask) => (kind === 'blob' ? checkBlobs(repository, ask) : checkOne(repository, kind, ask)),
    async isAlive(repository, ask) {
      const checked = await control.check(repository, 'manifest', ask);
      if (checked.kind !== 'none') return checked.kind === 'holds';
      const listed = await control.tags(repository, ask);
      return listed.kind === 'found' && listed.value.length > 0;
    },
  };
  return control;
}

/** What was asked in a round. */
interface Answers {
  readonly lists: Map<string, Promise<Lookup<readonly string[]>>>;
  readonly checks: Map<string, Promise<ControlCheck>>;
}

function once<T>(memo: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const answer = memo.get(key) ?? make();
  memo.set(key, answer);
  return answer;
}

function nameOf(good: Good): string {
  switch (good.kind) {
    case 'reference':
      return 'tag' in good.reference ? `:${good.reference.tag}` : `@${good.reference.digest}`;
    case 'manifest':
      return `@${good.digest}`;
    case 'config':
    case 'layer':
      return `@${good.descriptor.digest}`;
  }
}
