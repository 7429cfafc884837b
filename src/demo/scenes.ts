import { damagedBlobs } from './damaged-blobs.ts';
import { damagedManifests } from './damaged-manifests.ts';
import type { Scene } from './scene.ts';
import type { DemoRegistry } from './server.ts';
import { emptyRepositories, soundScenes } from './sound-scenes.ts';

/** Everything that the demo's registry shows: sound images first, then one for each kind of damage. */
export const scenes: readonly Scene[] = [...soundScenes, ...damagedManifests, ...damagedBlobs];

/** Fills a registry with the scenes, damages them, and adds what is listed and holds nothing. */
export function buildScenes({ store, faults }: Pick<DemoRegistry, 'store' | 'faults'>): void {
  for (const { repository, tags, content, damage } of scenes) {
    for (const tag of tags) store.put(repository, tag, content);
    damage(store, faults);
  }
  for (const repository of emptyRepositories) store.addEmptyRepository(repository);
}

/** Fills a second registry with what is damaged in the first one and was copied before. */
export function buildMirror({ store }: Pick<DemoRegistry, 'store'>): void {
  for (const { tags, content, copies = [] } of scenes) {
    const mirrored = copies.filter(({ where }) => where === 'mirror');
    for (const { repository } of mirrored) for (const tag of tags) store.put(repository, tag, content);
  }
}
