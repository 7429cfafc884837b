import { parseImageName } from './image-name.ts';
import type { ListedObject } from './listed-object.ts';
import { createUsage, imageKey, type Usage, type UsedImage } from './usage.ts';
import { workloadName, type Workload } from './workload.ts';

/** Takes in the objects of one list. */
export interface ListCollector {
  add(object: ListedObject): void;
  /** Keeps what was added; without it, nothing of this list counts. */
  keep(): void;
}

/** Collects who uses what, and of a cluster nothing but that. */
export interface UsageCollector {
  list(): ListCollector;
  usage(complete: boolean): Usage;
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

  return {
    list() {
      const added = new Map<string, CollectedUse>();
      return {
        add(object) {
          const { kind, namespace, name, uid, controller } = object;
          const user: Workload = { kind, namespace, name, uid };
          for (const [key, image] of imagesIn(object)) {
            if (!represented.has(`${controller} ${key}`)) addUser(added, key, image, [user]);
            // Nothing is made by a pod, and pods are many.
            if (kind !== 'Pod') represented.add(`${workloadName(object)} ${key}`);
          }
        },
        keep() {
          for (const [key, { image, users }] of added) addUser(kept, key, image, users);
        },
      };
    },
    usage: (complete) => createUsage(kept.values(), complete),
  };
}

function addUser(uses: Map<string, CollectedUse>, key: string, image: UsedImage, users: readonly Workload[]): void {
  const known = uses.get(key);
  if (known === undefined) uses.set(key, { image, users: [...users] });
  else for (const user of users) known.users.push(user);
}
