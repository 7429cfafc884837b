import type { DigestTable } from './digest-table.ts';
import type { Link } from './links.ts';
import { reachFromTags, type Reached } from './reach.ts';
import type { NamedLink, RepositoryContents } from './repository.ts';
import type { StorageKind } from './source.ts';

/** What no node has to mind, and whoever keeps the storage wants to know. */
export interface Hygiene {
  readonly repositories: number;
  readonly tags: number;
  readonly revisions: number;
  readonly layerLinks: number;
  /** Links of layers whose data is gone: needed by a tag, which makes an image broken, or by none. */
  readonly dangling: { readonly reachable: number; readonly unreachable: number };
  /** Children of indexes that no link leads to; none are counted in a cache, which fetches them. */
  readonly childrenWithoutLink: { readonly reachable: number; readonly unreachable: number };
  readonly emptyLinks: number;
  readonly garbageLinks: number;
  /** Links of manifests whose data is gone. */
  readonly danglingRevisions: number;
  readonly tagsWithoutLink: number;
  readonly untaggedRevisions: number;
  /** The first of each kind, where they are. */
  readonly examples: Readonly<Partial<Record<HygieneKind, readonly string[]>>>;
}

export type HygieneKind =
  | 'dangling'
  | 'childrenWithoutLink'
  | 'emptyLinks'
  | 'garbageLinks'
  | 'danglingRevisions'
  | 'tagsWithoutLink'
  | 'untaggedRevisions';

/** Of each kind so many are named. */
const EXAMPLES = 5;

/** One repository, while its layers are walked. */
export interface RepositoryWatch {
  readonly reached: Reached;
  layer(link: NamedLink): void;
}

type Counts = {
  -readonly [K in keyof Hygiene]: Hygiene[K] extends number
    ? number
    : Hygiene[K] extends { readonly reachable: number }
      ? { reachable: number; unreachable: number }
      : never;
};

/** Counts over all repositories of a storage, one after another. */
export function createHygiene(kind: StorageKind, table: DigestTable) {
  const examples = new Map<HygieneKind, string[]>();
  const counts: Omit<Counts, 'examples'> = {
    repositories: 0,
    tags: 0,
    revisions: 0,
    layerLinks: 0,
    dangling: { reachable: 0, unreachable: 0 },
    childrenWithoutLink: { reachable: 0, unreachable: 0 },
    emptyLinks: 0,
    garbageLinks: 0,
    danglingRevisions: 0,
    tagsWithoutLink: 0,
    untaggedRevisions: 0,
  };

  function note(what: HygieneKind, where: string): void {
    const known = examples.get(what) ?? [];
    if (known.length < EXAMPLES) known.push(where);
    examples.set(what, known);
  }

  /** Counts a link that is none; true where it was counted. */
  function countBroken(link: Link, path: string): boolean {
    if (link.kind !== 'garbage' && link.kind !== 'misplaced') return false;
    const what = link.kind === 'garbage' && link.bytes === 0 ? 'emptyLinks' : 'garbageLinks';
    counts[what] += 1;
    note(what, path);
    return true;
  }

  function countTags({ name, tags }: RepositoryContents): void {
    for (const [tag, link] of tags ?? []) {
      counts.tags += 1;
      if (countBroken(link, `${name}:${tag}`) || link.kind !== 'nothing') continue;
      counts.tagsWithoutLink += 1;
      note('tagsWithoutLink', `${name}:${tag}`);
    }
  }

  function countRevisions(contents: RepositoryContents, reached: Reached): void {
    const { name, revisions } = contents;
    for (const { named, link, path } of revisions) {
      counts.revisions += 1;
      if (countBroken(link, path) || link.kind !== 'link') continue;
      if (named !== null && !reached.ids.has(table.idOf(named))) {
        counts.untaggedRevisions += 1;
        note('untaggedRevisions', `${name}@${named}`);
      }
      if (table.dataSize(table.idOf(link.digest)) !== null) continue;
      counts.danglingRevisions += 1;
      note('danglingRevisions', path);
    }
    if (kind === 'private') countChildren(contents, reached);
  }

  function countChildren({ name, revisions, manifest }: RepositoryContents, reached: Reached): void {
    const digests = new Set([
      ...revisions.flatMap(({ named }) => named ?? []),
      ...reached.manifests.map(({ digest }) => digest),
    ]);
    const counted = new Set<number>();
    for (const digest of digests) {
      const read = manifest(digest);
      if (read.kind !== 'read' || !read.isIndex) continue;
      for (const child of read.refersTo) {
        if (counted.has(child) || manifest(table.digest(child)).kind !== 'missing') continue;
        counted.add(child);
        counts.childrenWithoutLink[reached.ids.has(child) ? 'reachable' : 'unreachable'] += 1;
        note('childrenWithoutLink', `${name}@${table.digest(child)}`);
      }
    }
  }

  return {
    repository(contents: RepositoryContents): RepositoryWatch {
      const reached = reachFromTags(contents, table);
      counts.repositories += 1;
      countTags(contents);
      countRevisions(contents, reached);
      return {
        reached,
        layer({ named, link, path }) {
          counts.layerLinks += 1;
          if (countBroken(link, path) || link.kind !== 'link') return;
          if (table.dataSize(table.idOf(link.digest)) !== null) return;
          const isNeeded = named !== null && reached.ids.has(table.idOf(named));
          counts.dangling[isNeeded ? 'reachable' : 'unreachable'] += 1;
          note('dangling', path);
        },
      };
    },
    result: (): Hygiene => ({ ...counts, examples: Object.fromEntries(examples) }),
  };
}
