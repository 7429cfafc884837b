import { workloadName, type Workload } from './workload.ts';

/** What the walk found broken, as far as it says who needs it. */
export interface Reach {
  readonly repository: string;
  /** Tags that lead to it. */
  readonly tags: readonly string[];
  /** Digests, named by themselves, that lead to it. */
  readonly roots: readonly string[];
}

/** Which workloads use which images of the configured registries. */
export interface Usage {
  /** Every kind of workload was listed to the end, so that an image that nothing was seen to use is used by nothing. */
  readonly complete: boolean;
  /** The workloads that need what was found broken, sorted. */
  usersOf(registry: string, reach: Reach): readonly Workload[];
  /** The digests that workloads name, by repository, sorted. */
  pinned(registry: string): ReadonlyMap<string, readonly string[]>;
  /** The tags that workloads name, by repository, sorted. */
  tags(registry: string): ReadonlyMap<string, readonly string[]>;
  /** The repositories of which a workload uses an image. */
  repositories(registry: string): ReadonlySet<string>;
}

/** An image of a configured registry, with a tag or a digest. */
export interface UsedImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Who uses an image. */
export interface ImageUse {
  readonly image: UsedImage;
  readonly users: readonly Workload[];
}

/** Makes the answers out of what was collected. */
export function createUsage(uses: Iterable<ImageUse>, complete: boolean): Usage {
  const byImage = new Map<string, readonly Workload[]>();
  const pinned = createNamesByRepository();
  const tagged = createNamesByRepository();
  const repositories = new Map<string, Set<string>>();
  for (const { image, users } of uses) {
    byImage.set(imageKey(image), users);
    const { registry, repository, tag, digest } = image;
    repositories.set(registry, (repositories.get(registry) ?? new Set()).add(repository));
    if (digest !== null) pinned.add(registry, repository, digest);
    else if (tag !== null) tagged.add(registry, repository, tag);
  }

  return {
    complete,
    usersOf(registry, { repository, tags, roots }) {
      const images = [
        ...tags.map((tag) => ({ registry, repository, tag, digest: null })),
        ...roots.map((digest) => ({ registry, repository, tag: null, digest })),
      ];
      const users = new Set(images.flatMap((image) => byImage.get(imageKey(image)) ?? []));
      return [...users].toSorted((a, b) => (workloadName(a) < workloadName(b) ? -1 : 1));
    },
    pinned: pinned.of,
    tags: tagged.of,
    repositories: (registry) => repositories.get(registry) ?? new Set<string>(),
  };
}

/** Names of things in repositories of registries; one repository may have tens of thousands, which are sorted once. */
function createNamesByRepository() {
  const byRegistry = new Map<string, Map<string, string[]>>();
  const sorted = new Map<string, ReadonlyMap<string, readonly string[]>>();
  return {
    add(registry: string, repository: string, name: string): void {
      const here = byRegistry.get(registry) ?? new Map<string, string[]>();
      const names = here.get(repository);
      if (names === undefined) here.set(repository, [name]);
      else names.push(name);
      byRegistry.set(registry, here);
    },
    of(registry: string): ReadonlyMap<string, readonly string[]> {
      const here = [...(byRegistry.get(registry) ?? [])];
      const names = sorted.get(registry) ?? new Map(here.map(([repository, all]) => [repository, all.toSorted()]));
      sorted.set(registry, names);
      return names;
    },
  };
}

/** One text for each image: none of its parts has a blank in it. */
export function imageKey({ registry, repository, tag, digest }: UsedImage): string {
  return `${registry} ${repository}${tag === null ? `@${digest}` : `:${tag}`}`;
}
