import { parseImageName } from './image-name.ts';
import { createKeySet } from '../walk/key-set.ts';
import type { ListedObject } from './listed-object.ts';
import { createUsage, imageKey, type Usage, type UsedImage } from './usage.ts';
import { workloadName, type Workload } from './workload.ts';

/**
 * Different images that workloads of one namespace bring along, and those of all. More than these nobody runs, and 100,000
 * would take a good part of a pod's memory; those of other namespaces are known all the same.
 */
const MAX_IMAGES_OF_NAMESPACE = 20_000;
const MAX_IMAGES = 50_000;
/** In all of their names: one may have 500, and most have a quarter of that. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

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
  const represented = createKeySet();
  const ran = new Set<string>();
  /** The images that each namespace was the first to bring along, and for how many more it has room. */
  const brought = new Map<string, { keys: string[]; most: number; isOverfull: boolean }>();
  let characters = 0;
  let number = 0;

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
  function hasRoom(namespace: string, key: string): boolean {
    const own = brought.get(namespace) ?? { keys: [], most: MAX_IMAGES_OF_NAMESPACE, isOverfull: false };
    brought.set(namespace, own);
    if (own.keys.length >= own.most) {
      own.isOverfull = true;
      return false;
    }
    own.keys.push(key);
    number += 1;
    characters += key.length;
    return true;
  }

  /** Where all have brought too much, whoever brought the most loses half of it, and gets no more room. */
  function letGo(added: Map<string, CollectedUse>): void {
    while (number > MAX_IMAGES || characters > MAX_CHARACTERS) {
      const [namespace, own] = [...brought].reduce((most, one) => (sizeOf(one[1]) > sizeOf(most[1]) ? one : most));
      const gone = own.keys.splice(Math.floor(own.keys.length / 2));
      own.most = own.keys.length;
      own.isOverfull = true;
      number -= gone.length;
      for (const key of gone) {
        characters -= key.length;
        // What others use as well stays known.
        for (const uses of [kept, added])
          if (uses.get(key)?.users.every((user) => user.namespace === namespace) === true) uses.delete(key);
      }
    }
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
            if (!kept.has(key) && !added.has(key) && !hasRoom(namespace, key)) continue;
            if (!represented.has(`${controller} ${key}`)) addUser(added, key, image, [user]);
            // Nothing is made by a pod, and pods are many.
            if (kind !== 'Pod') represented.add(`${workloadName(object)} ${key}`);
          }
          letGo(added);
        },
        keep() {
          for (const [key, { image, users }] of added) addUser(kept, key, image, users);
          for (const digest of seen) ran.add(digest);
        },
      };
    },
    overfull: () => [...brought].flatMap(([namespace, { isOverfull }]) => (isOverfull ? [namespace] : [])).toSorted(),
    isPinUnseen: () => [...kept.values()].some(({ image: { digest } }) => digest !== null && !ran.has(digest)),
    usage: (complete, allPods = false) => createUsage(kept.values(), complete, allPods ? ran : null),
  };
}

function sizeOf({ keys }: { readonly keys: readonly string[] }): number {
  return keys.length;
}

function addUser(uses: Map<string, CollectedUse>, key: string, image: UsedImage, users: readonly Workload[]): void {
  const known = uses.get(key);
  if (known === undefined) uses.set(key, { image, users: [...users] });
  else for (const user of users) known.users.push(user);
}
