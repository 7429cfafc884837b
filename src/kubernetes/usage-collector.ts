import { parseImageName } from './image-name.ts';
import type { ListedObject } from './listed-object.ts';
import { createUsage, imageKey, type Usage, type UsedImage } from './usage.ts';
import { workloadName, type Workload } from './workload.ts';

/**
 * Different images that workloads of one namespace bring along. More than these nobody runs, and 100,000 would take a
 * good part of a pod's memory; the others' are known all the same.
 */
const MAX_IMAGES_OF_NAMESPACE = 20_000;

/** Takes in the objects of one list. */
export interface ListCollector {
  add(object: ListedObject): void;
  /** Keeps what was added; without it, nothing of this list counts. */
  keep(): void;
}

/** Collects who uses what, and of a cluster nothing but that. */
export interface UsageCollector {
  list(): ListCollector;
  /** Namespaces that name more images than are kept, sorted. */
  overfull(): readonly string[];
  /** True when some digest that a workload names is none of those that pods were seen to run. */
  isPinUnseen(): boolean;
  /** `allPods` says whether every pod of the cluster was listed, and not those of some namespaces alone. */
  usage(complete: boolean, allPods?: boolean): Usage;
}

interface CollectedUse {
  readonly image: UsedImage;
  readonly users: Workload[];
}

/**
 * Collects the users of images of configured registries. A workload counts once for each of its images, and not at all
 * where the one that made it has the image in its own template: that one stands for it.
 */
export function createUsageCollector(registriesOf: (host: string) => readonly string[]): UsageCollector {
  const kept = new Map<string, CollectedUse>();
  const represented = new Set<string>();
  const ran = new Set<string>();
  const imagesOf = new Map<string, number>();

  function imagesIn({ images }: ListedObject): ReadonlyMap<string, UsedImage> {
    const used = new Map<string, UsedImage>();
    for (const written of images) {
      const reference = parseImageName(written);
      if (reference === null) continue;
      const { host, repository, tag, digest } = reference;
      for (const registry of registriesOf(host)) {
        const image = { registry, repository, tag, digest };
        used.set(imageKey(image), image);
      }
    }
    return used;
  }

  /** A namespace takes no other one's room. */
  function hasRoom(namespace: string): boolean {
    const images = (imagesOf.get(namespace) ?? 0) + 1;
    imagesOf.set(namespace, images);
    return images <= MAX_IMAGES_OF_NAMESPACE;
  }

  return {
    list() {
      const added = new Map<string, CollectedUse>();
      const seen = new Set<string>();
      return {
        add(object) {
          const { kind, namespace, name, uid, controller } = object;
          const user: Workload = { kind, namespace, name, uid };
          for (const digest of object.ran ?? []) seen.add(digest);
          for (const [key, image] of imagesIn(object)) {
            if (!kept.has(key) && !added.has(key) && !hasRoom(namespace)) continue;
            if (!represented.has(`${controller} ${key}`)) addUser(added, key, image, [user]);
            // Nothing is made by a pod, and pods are many.
            if (kind !== 'Pod') represented.add(`${workloadName(object)} ${key}`);
          }
        },
        keep() {
          for (const [key, { image, users }] of added) addUser(kept, key, image, users);
          for (const digest of seen) ran.add(digest);
        },
      };
    },
    overfull: () =>
      [...imagesOf].flatMap(([namespace, images]) => (images > MAX_IMAGES_OF_NAMESPACE ? [namespace] : [])).toSorted(),
    isPinUnseen: () => [...kept.values()].some(({ image: { digest } }) => digest !== null && !ran.has(digest)),
    usage: (complete, allPods = false) => createUsage(kept.values(), complete, allPods ? ran : null),
  };
}

function addUser(uses: Map<string, CollectedUse>, key: string, image: UsedImage, users: readonly Workload[]): void {
  const known = uses.get(key);
  if (known === undefined) uses.set(key, { image, users: [...users] });
  else for (const user of users) known.users.push(user);
}
