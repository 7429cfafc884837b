import type { DigestTable } from './digest-table.ts';
import type { Reached } from './reach.ts';
import type { NamedLink, RepositoryContents } from './repository.ts';

/** Something that an upgrade, or a clean-up, would break: how often, and the first of them. */
export interface Foreseen {
  readonly count: number;
  readonly examples: readonly string[];
}

/** What will break on the way from version 2 to 3, of what works today. */
export interface UpgradeCheck {
  /** Manifests that 2.x finds by a link among the layers alone, which 3 does not look at. */
  readonly byLayerLink: Foreseen;
  /** Layers whose link is gone and whose data is there: a cache may serve them until the restart. */
  readonly servedFromCache: Foreseen;
  /** Tagged manifests of schema 1, which 3 does not serve. */
  readonly schema1: Foreseen;
  /** Tags of indexes with children that no tag names: `garbage-collect -m` of 2.x would delete these. */
  readonly taggedIndexes: Foreseen;
}

/** Of each so many are named. */
const EXAMPLES = 20;

interface Counter extends Foreseen {
  add(where: string): void;
}

/** Looks over all repositories of a storage of 2.x, one after another, for what 3 does differently. */
export function createUpgradeCheck(table: DigestTable) {
  const byLayerLink = counter();
  const servedFromCache = counter();
  const schema1 = counter();
  const taggedIndexes = counter();

  function lookAtManifests({ name, manifest }: RepositoryContents, { manifests }: Reached): Set<number> {
    const needed = new Set<number>();
    for (const { digest, tag } of manifests) {
      const read = manifest(digest);
      if (read.kind !== 'read') continue;
      if (read.isByLayerLink) byLayerLink.add(`${name}:${tag} ${digest}`);
      if (read.isRetired) schema1.add(`${name}:${tag}`);
      if (!read.isIndex) for (const id of read.refersTo) needed.add(id);
    }
    return needed;
  }

  function lookAtTags({ name, tags, manifest }: RepositoryContents): void {
    const tagged = new Set([...(tags?.values() ?? [])].flatMap((link) => (link.kind === 'link' ? [link.digest] : [])));
    for (const [tag, link] of tags ?? []) {
      const read = link.kind === 'link' ? manifest(link.digest) : null;
      if (read?.kind !== 'read' || !read.isIndex) continue;
      const children = read.refersTo.map((id) => table.digest(id));
      if (children.some((child) => !tagged.has(child) && manifest(child).kind === 'read'))
        taggedIndexes.add(`${name}:${tag}`);
    }
  }

  return {
    repository(contents: RepositoryContents, reached: Reached) {
      const needed = lookAtManifests(contents, reached);
      lookAtTags(contents);
      return {
        /** A link of one of its layers: what has one is not missed. */
        layer({ named, link }: NamedLink): void {
          if (named !== null && link.kind !== 'nothing') needed.delete(table.idOf(named));
        },
        finish(): void {
          for (const id of needed) {
            if (table.dataSize(id) !== null) servedFromCache.add(`${contents.name}@${table.digest(id)}`);
          }
        },
      };
    },
    result: (): UpgradeCheck => ({
      byLayerLink: foreseen(byLayerLink),
      servedFromCache: foreseen(servedFromCache),
      schema1: foreseen(schema1),
      taggedIndexes: foreseen(taggedIndexes),
    }),
  };
}

function counter(): Counter {
  const examples: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    examples,
    add(where) {
      count += 1;
      if (examples.length < EXAMPLES) examples.push(where);
    },
  };
}

function foreseen({ count, examples }: Counter): Foreseen {
  return { count, examples };
}
