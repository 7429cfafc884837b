import type { Descriptor } from '../oci/manifest.ts';
import { lookByDigest } from './look.ts';
import type { Lookup } from './lookup.ts';
import type { Ask, ContentSource } from './source.ts';

/** Known good manifests kept for each repository: more than one, because one may be deleted in the meantime. */
const GOOD_PER_REPOSITORY = 3;

/** What a control says of the registry: it answers as before, it does not, or there is nothing to compare with. */
export type Standing =
  { readonly kind: 'holds' } | { readonly kind: 'fails'; readonly detail: string } | { readonly kind: 'none' };

/**
 * Guards against an outage that looks like damage: before a finding counts, something that was found good in this walk
 * has to be found again.
 */
export interface Control {
  /** Remembers a manifest that was found good. */
  foundGood(repository: string, digest: string): void;
  /** Remembers a blob that was found good: manifests and blobs may be kept in different places. */
  foundGoodBlob(repository: string, descriptor: Descriptor): void;
  /** Forgets the answers of the last round. */
  newRound(): void;
  /** How many rounds have begun. */
  readonly round: number;
  /** A repository's tag list, asked once a round. */
  tags(repository: string, ask: Ask): Promise<Lookup<readonly string[]>>;
  /** Asks for a known good manifest again: of this repository if there is one, else of any. Once a round. */
  standing(repository: string, ask: Ask): Promise<Standing>;
  /**
   * True when the registry answers: something known to be good still comes or, where nothing is known to be good yet,
   * the repository's tag list does and is not empty.
   */
  isAlive(repository: string, ask: Ask): Promise<boolean>;
  /** True when a blob that was found good comes again: of this repository if there is one, else of any. Once a round. */
  hasGoodBlob(repository: string, ask: Ask): Promise<boolean>;
}

/** Creates a control over a source. */
export function createControl(source: ContentSource): Control {
  const good = new Map<string, string[]>();
  let round = 0;
  const lists = new Map<string, Promise<Lookup<readonly string[]>>>();
  const standings = new Map<string, Promise<Standing>>();
  const goodBlobs = new Map<string, Descriptor[]>();
  const blobStandings = new Map<string, Promise<boolean>>();

  function once<T>(memo: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
    const known = memo.get(key) ?? make();
    memo.set(key, known);
    return known;
  }

  async function askGood(repository: string, ask: Ask): Promise<Standing> {
    const digests = good.get(repository) ?? [];
    let detail = '';
    for (const digest of digests) {
      const answer = await lookByDigest(source, repository, digest, ask);
      if (answer.kind === 'found') return { kind: 'holds' };
      detail = answer.kind === 'absent' ? answer.observed.detail : answer.detail;
    }
    return {
      kind: 'fails',
      detail: `${repository}@${digests[0]}, found good before, does not come any more: ${detail}`,
    };
  }

  async function askGoodBlobs(repository: string, ask: Ask): Promise<boolean> {
    for (const descriptor of goodBlobs.get(repository) ?? []) {
      if ((await source.blob(repository, descriptor, 'tail', ask)).kind === 'found') return true;
    }
    return false;
  }

  const control: Control = {
    foundGood(repository, digest) {
      const known = good.get(repository) ?? [];
      if (known.length < GOOD_PER_REPOSITORY && !known.includes(digest)) good.set(repository, [...known, digest]);
    },
    foundGoodBlob(repository, descriptor) {
      const known = goodBlobs.get(repository) ?? [];
      if (known.length < GOOD_PER_REPOSITORY) goodBlobs.set(repository, [...known, descriptor]);
    },
    get round() {
      return round;
    },
    newRound() {
      round += 1;
      lists.clear();
      standings.clear();
      blobStandings.clear();
    },
    tags: (repository, ask) => once(lists, repository, () => source.tags(repository, ask)),
    standing(repository, ask) {
      const where = good.has(repository) ? repository : good.keys().next().value;
      if (where === undefined) return Promise.resolve({ kind: 'none' });
      return once(standings, where, () => askGood(where, ask));
    },
    hasGoodBlob(repository, ask) {
      const where = goodBlobs.has(repository) ? repository : goodBlobs.keys().next().value;
      return where === undefined ? Promise.resolve(false) : once(blobStandings, where, () => askGoodBlobs(where, ask));
    },
    async isAlive(repository, ask) {
      const standing = await control.standing(repository, ask);
      if (standing.kind !== 'none') return standing.kind === 'holds';
      const listed = await control.tags(repository, ask);
      return listed.kind === 'found' && listed.value.length > 0;
    },
  };
  return control;
}
