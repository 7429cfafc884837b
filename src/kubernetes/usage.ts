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
  /** Digests of images that any pod of the cluster was made from; null where not all pods could be read. */
  readonly ran: ReadonlySet<string> | null;
  /** The workloads that need what was found broken, sorted. */
  usersOf(registry: string, reach: Reach): readonly Workload[];
  /** The digests that workloads name, by repository, sorted. */
  pinned(registry: string): ReadonlyMap<string, readonly string[]>;
  /** The tags that workloads name, by repository, sorted. */
  tags(registry: string): ReadonlyMap<string, readonly string[]>;
  /** The repositories of which a workload uses an image. */
  repositories(registry: string): ReadonlySet<string>;
  /** The namespaces whose workloads name a tag or a digest of a repository, sorted. */
  namespaces(registry: string, repository: string, name: string): readonly string[];
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
export function createUsage(
  uses: Iterable<ImageUse>,
  complete: boolean,
  ran: ReadonlySet<string> | null = null,
): Usage {
  const byImage = new Map<string, readonly Workload[]>();
  const sorted = new Map<string, readonly Workload[]>();
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

  /** By the tags, and then by the digests that lead to something: one image may have thousands of both, and of findings. */
  const asked = new Map<string, WeakMap<readonly string[], WeakMap<readonly string[], readonly Workload[]>>>();

  function usersByNames(registry: string, { repository, tags, roots }: Reach): readonly Workload[] {
    const images = [
      ...tags.map((tag) => ({ registry, repository, tag, digest: null })),
      ...roots.map((digest) => ({ registry, repository, tag: null, digest })),
    ];
    const used = images.map(imageKey).filter((key) => byImage.has(key));
    const [only = '', ...others] = used;
    if (others.length === 0) return usersOfImage(only);
    return inOrder([...new Set(used.flatMap((key) => byImage.get(key) ?? []))]);
  }

  /** One image may have 100,000 users, and many findings. */
  function usersOfImage(key: string): readonly Workload[] {
    const users = sorted.get(key) ?? inOrder(byImage.get(key) ?? []);
    sorted.set(key, users);
    return users;
  }

  return {
    complete,
    ran,
    usersOf(registry, reach) {
      const place = `${registry} ${reach.repository}`;
      const byTags =
        asked.get(place) ?? new WeakMap<readonly string[], WeakMap<readonly string[], readonly Workload[]>>();
      asked.set(place, byTags);
      const byRoots = byTags.get(reach.tags) ?? new WeakMap<readonly string[], readonly Workload[]>();
      byTags.set(reach.tags, byRoots);
      const users = byRoots.get(reach.roots) ?? usersByNames(registry, reach);
      byRoots.set(reach.roots, users);
      return users;
    },
    pinned: pinned.of,
    tags: tagged.of,
    repositories: (registry) => repositories.get(registry) ?? new Set<string>(),
    namespaces(registry, repository, name) {
      const isDigest = name.includes(':');
      const image = { registry, repository, tag: isDigest ? null : name, digest: isDigest ? name : null };
      return [...new Set(byImage.get(imageKey(image))?.map(({ namespace }) => namespace))].toSorted();
    },
  };
}

/** Each name is made once: there may be 100,000. */
function inOrder(users: readonly Workload[]): readonly Workload[] {
  if (users.length < 2) return users;
  const named = users.map((user) => ({ user, name: workloadName(user) }));
  return named.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))).map(({ user }) => user);
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
