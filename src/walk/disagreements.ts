import type { Finding } from './finding.ts';
import type { WalkResult } from './result.ts';
import type { Listings } from './record-listings.ts';

/** What can be said differently of one registry by its storage and by itself. */
export const DISAGREEMENTS = [
  'hidden_by_cache',
  'told_differently',
  'broken_for_registry_alone',
  'repository_in_storage_alone',
  'repository_in_registry_alone',
  'tag_in_storage_alone',
  'tag_in_registry_alone',
] as const;
export type DisagreementClass = (typeof DISAGREEMENTS)[number];

/** Something about which the two do not agree. */
export interface Disagreement {
  readonly class: DisagreementClass;
  readonly repository: string;
  /** `:tag`, `@digest`, or empty for a whole repository. */
  readonly reference: string;
  readonly storage: string;
  readonly registry: string;
}

/** What one of the two has said. */
export interface Side {
  readonly result: Pick<WalkResult, 'findings' | 'unknowns' | 'catalogAccessible'>;
  readonly listings: Listings;
}

const WHOLE = 'it is whole';

/**
 * Compares what a storage and its registry say, by what is broken and by what is listed. What one of them could not tell
 * is no disagreement, and neither is what is below a repository or a tag that only one of them lists.
 */
export function compareSides(storage: Side, registry: Side): readonly Disagreement[] {
  const listed = compareListings(storage.listings, registry.listings);
  const byRepository = referencesOf(listed);
  const isListedByBoth = ({ repository, tags }: Finding): boolean => {
    if (repository === null) return false;
    const references = byRepository.get(repository);
    if (references === undefined) return true;
    // What no tag leads to, or one that only one of them lists.
    const [tag] = tags;
    const isOfOne = tag === undefined || (tags.length === 1 && references.has(`:${tag}`));
    return !references.has('') && !isOfOne;
  };
  const [here, there] = [storage, registry].map(({ result }) => byKey(result.findings.filter(isListedByBoth)));
  return [...listed, ...compareFindings(here ?? new Map(), there ?? new Map(), storage, registry)];
}

function compareFindings(
  here: ReadonlyMap<string, Finding>,
  there: ReadonlyMap<string, Finding>,
  storage: Side,
  registry: Side,
): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const [openHere, openThere] = [storage, registry].map(({ result }) => openIn(result));
  for (const [key, finding] of here) {
    const other = there.get(key);
    if (other === undefined) {
      if (!isUnknown(registry, openThere, finding))
        found.push(disagree('hidden_by_cache', finding, tell(finding), WHOLE));
    } else if (other.fault !== finding.fault) {
      found.push(disagree('told_differently', finding, tell(finding), tell(other)));
    }
  }
  for (const [key, finding] of there) {
    if (here.has(key) || isUnknown(storage, openHere, finding)) continue;
    found.push(disagree('broken_for_registry_alone', finding, WHOLE, tell(finding)));
  }
  return found;
}

/** A tag is known by its name: a registry that fails on it does not say where it points. */
function byKey(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  return new Map(
    findings.flatMap((finding): readonly (readonly [string, Finding])[] => {
      const { repository, object, tags, digest } = finding;
      if (object !== 'manifest') return [[`${repository} ${object} ${digest}`, finding]];
      return tags.map((tag) => [`${repository} :${tag}`, { ...finding, tags: [tag] }]);
    }),
  );
}

function disagree(kind: DisagreementClass, finding: Finding, storage: string, registry: string): Disagreement {
  const { repository, object, tags, digest } = finding;
  const reference = object === 'manifest' ? `:${tags[0] ?? ''}` : `@${digest ?? ''}`;
  return { class: kind, repository: repository ?? '', reference, storage, registry };
}

function tell({ object, fault, observed }: Finding): string {
  return `${object} ${fault}: ${observed.detail}`;
}

function isUnknown(
  { result }: Side,
  open: References | undefined,
  { repository, tags, digest, path }: Finding,
): boolean {
  if (!result.catalogAccessible) return true;
  // Where not all is told, it may be among the rest.
  if (open?.get(null)?.has('_more') === true) return true;
  const references = open?.get(repository);
  if (references === undefined) return false;
  return (
    ['_tags', '_more', digest ?? ''].some((name) => references.has(name)) ||
    [tags, path].some((names) => names.some((name) => references.has(name))) ||
    path.slice(0, -1).some((above) => references.has(`${above}/`)) ||
    (path.length > 1 && tags.length > 0 && tags.every((tag) => references.has(`${tag}/`)))
  );
}

/** What a side could not tell, and, with a slash, what it did not get: it has not looked at what is below that. */
function openIn({ unknowns, findings }: Side['result']): References {
  const broken = findings.flatMap(({ repository, digest, tags }) =>
    (digest === null ? tags : [digest]).map((name) => ({ repository, reference: `${name}/` })),
  );
  return referencesOf([...unknowns, ...broken]);
}

/** References by repository: there may be as many as there are findings that are looked for among them. */
type References = ReadonlyMap<string | null, ReadonlySet<string>>;

function referencesOf(
  entries: readonly { readonly repository: string | null; readonly reference: string }[],
): References {
  const references = new Map<string | null, Set<string>>();
  for (const { repository, reference } of entries) {
    references.set(repository, (references.get(repository) ?? new Set()).add(reference));
  }
  return references;
}

function compareListings(storage: Listings, registry: Listings): readonly Disagreement[] {
  if (storage.repositories === null || registry.repositories === null) return [];
  const alone = (one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] =>
    [...one].filter((name) => !other.has(name)).toSorted();
  const of = (kind: DisagreementClass, repository: string, reference: string, isInStorage: boolean): Disagreement => {
    const [storageSays, registrySays] = isInStorage
      ? ['it is there', 'it is not listed']
      : ['it is not there', 'it is listed'];
    return { class: kind, repository, reference, storage: storageSays, registry: registrySays };
  };
  const repositories = [
    ...alone(storage.repositories, registry.repositories).map((name) =>
      of('repository_in_storage_alone', name, '', true),
    ),
    ...alone(registry.repositories, storage.repositories).map((name) =>
      of('repository_in_registry_alone', name, '', false),
    ),
  ];
  const tags = [...storage.tags].flatMap(([name, here]) => {
    const there = registry.tags.get(name);
    if (there === undefined) return [];
    return [
      ...alone(here, there).map((tag) => of('tag_in_storage_alone', name, `:${tag}`, true)),
      ...alone(there, here).map((tag) => of('tag_in_registry_alone', name, `:${tag}`, false)),
    ];
  });
  return [...repositories, ...tags];
}
