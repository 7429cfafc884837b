import { buildAttestation, buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import type { Damage } from '../real/damage.ts';

/** `warm`: not restarted since the upload, so that the registry answers HEAD from its descriptor cache. */
export type Temperature = 'warm' | 'cold';
export type Program = 'docker-registry' | 'registry';

/** An index of two platforms and an attestation in a repository of its own, which is damaged. */
export interface Victim {
  readonly repository: string;
  readonly content: Index;
  readonly amd64: Image;
  readonly arm64: Image;
}

/** One kind of damage, and what comes of it where nothing else is said. */
export interface DamageRow {
  readonly title: string;
  readonly at: readonly Temperature[];
  readonly damage: (damage: Damage, victim: Victim) => Promise<unknown>;
  /** What the probe says: `sound`, or a finding. */
  readonly probe: string;
  /** Distribution 3 also caches which manifests a repository has, and sees more of what is cut short. */
  readonly on3?: Partial<Readonly<Record<Temperature, { readonly probe: string; readonly pullers: string }>>>;
  readonly pullers: string;
  readonly flags?: readonly string[];
}

/** Content that no other row shares a byte with: what one loses, the other has still. */
export function victim(repository: string): Victim {
  const amd64 = buildImage({ seed: `${repository}/amd64` });
  const arm64 = buildImage({ seed: `${repository}/arm64`, platform: { os: 'linux', architecture: 'arm64' } });
  return { repository, amd64, arm64, content: buildIndex([amd64, arm64, buildAttestation(amd64)]) };
}

const BOTH = ['warm', 'cold'] as const;
const ALL = 'c2+ c1+ D+ S+ C+';
const NONE = 'c2- c1- D- S- C-';
/** What is broken is another platform's, and Docker pulls for its own alone. */
const OTHER_PLATFORM = 'c2- c1- D+ S- C-';

const layerOf = (image: Image): string => image.layers[0]?.digest ?? '';
const dataOf = (damage: Damage, digest: string): string => damage.blob(digest);

async function edit(damage: Damage, digest: string): Promise<void> {
  const manifest = JSON.parse((await damage.read(dataOf(damage, digest))).toString()) as object;
  await damage.write(dataOf(damage, digest), JSON.stringify({ ...manifest, annotations: { edited: 'yes' } }));
}

async function flip(damage: Damage, digest: string): Promise<void> {
  const bytes = await damage.read(dataOf(damage, digest));
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  await damage.write(dataOf(damage, digest), bytes);
}

const LAYERS: readonly DamageRow[] = [
  {
    title: "a layer's data is gone, and the cache still knows it",
    at: ['warm'],
    damage: (damage, { arm64 }) => damage.remove(damage.blob(layerOf(arm64))),
    probe: 'layer/unreadable',
    pullers: OTHER_PLATFORM,
  },
  {
    title: "a layer's data is gone",
    at: ['cold'],
    damage: (damage, { arm64 }) => damage.remove(damage.blob(layerOf(arm64))),
    probe: 'layer/missing',
    pullers: OTHER_PLATFORM,
  },
  {
    title: "the data of this platform's layer is gone",
    at: ['cold'],
    damage: (damage, { amd64 }) => damage.remove(damage.blob(layerOf(amd64))),
    probe: 'layer/missing',
    pullers: NONE,
  },
  {
    title: "a config's data is gone",
    at: ['cold'],
    damage: (damage, { amd64 }) => damage.remove(damage.blob(amd64.config.digest)),
    probe: 'config/missing',
    pullers: NONE,
  },
  ...[100, 0].flatMap((length): DamageRow[] => [
    {
      title: `a layer has ${length} bytes left, and the cache still knows its length`,
      at: ['warm'],
      damage: (damage, { amd64 }) => damage.cut(damage.blob(layerOf(amd64)), length),
      probe: 'layer/unreadable',
      pullers: NONE,
    },
    {
      title: `a layer has ${length} bytes left`,
      at: ['cold'],
      damage: (damage, { amd64 }) => damage.cut(damage.blob(layerOf(amd64)), length),
      probe: 'layer/size_mismatch',
      pullers: NONE,
    },
  ]),
  {
    title: 'a byte of a layer is flipped, and all content is hashed',
    at: BOTH,
    damage: (damage, { amd64 }) => flip(damage, layerOf(amd64)),
    probe: 'layer/digest_mismatch',
    pullers: NONE,
    flags: ['--blob-check', 'full'],
  },
  {
    title: "a layer's link is gone while the cache serves it",
    at: ['warm'],
    damage: (damage, { repository, amd64 }) => damage.remove(damage.layerLink(repository, layerOf(amd64))),
    probe: 'sound',
    pullers: ALL,
  },
  {
    title: "a layer's link is gone",
    at: ['cold'],
    damage: (damage, { repository, amd64 }) => damage.remove(damage.layerLink(repository, layerOf(amd64))),
    probe: 'layer/missing',
    pullers: NONE,
  },
  {
    title: "a directory is where a layer's data should be",
    at: ['cold'],
    damage: (damage, { amd64 }) => damage.turnIntoDirectory(damage.blob(layerOf(amd64))),
    probe: 'layer/missing',
    pullers: NONE,
  },
  {
    title: "a directory is where a layer's data should be, and the cache still knows it",
    at: ['warm'],
    damage: (damage, { amd64 }) => damage.turnIntoDirectory(damage.blob(layerOf(amd64))),
    probe: 'layer/unreadable',
    pullers: NONE,
  },
];

const MANIFESTS: readonly DamageRow[] = [
  {
    title: "a child's revision link is gone",
    at: BOTH,
    damage: (damage, { repository, arm64 }) => damage.remove(damage.revision(repository, arm64.manifest.digest)),
    probe: 'child/missing',
    pullers: OTHER_PLATFORM,
    on3: { warm: { probe: 'sound', pullers: ALL } },
  },
  {
    title: "a child's revision link is empty",
    at: BOTH,
    damage: (damage, { repository, arm64 }) => damage.cut(damage.revision(repository, arm64.manifest.digest), 0),
    probe: 'child/unreadable',
    pullers: OTHER_PLATFORM,
    on3: { warm: { probe: 'sound', pullers: ALL } },
  },
  {
    title: "a child's revision link is gone, and the link of the old layout serves it",
    at: BOTH,
    async damage(damage, { repository, arm64: { manifest } }) {
      await damage.write(damage.layerLink(repository, manifest.digest), manifest.digest);
      await damage.remove(damage.revision(repository, manifest.digest));
    },
    probe: 'sound',
    pullers: ALL,
    // It no longer looks there.
    on3: { cold: { probe: 'child/missing', pullers: OTHER_PLATFORM } },
  },
  ...[
    { how: 'empty', change: (damage: Damage, path: string) => damage.cut(path, 0) },
    { how: 'cut short', change: (damage: Damage, path: string) => damage.cut(path, 100) },
    { how: 'not JSON', change: (damage: Damage, path: string) => damage.write(path, 'no manifest') },
  ].flatMap(({ how, change }): DamageRow[] => [
    {
      title: `an index is ${how}`,
      at: BOTH,
      damage: (damage, { content }) => change(damage, damage.blob(content.manifest.digest)),
      probe: 'manifest/unreadable',
      pullers: NONE,
    },
    {
      title: `a child is ${how}`,
      at: BOTH,
      damage: (damage, { arm64 }) => change(damage, damage.blob(arm64.manifest.digest)),
      probe: 'child/unreadable',
      pullers: OTHER_PLATFORM,
    },
  ]),
  {
    title: 'an index was edited, and the digest in the header is right all the same',
    at: BOTH,
    damage: (damage, { content }) => edit(damage, content.manifest.digest),
    probe: 'manifest/digest_mismatch',
    // By the tag's bytes alone, as these do, nobody can tell.
    pullers: 'c2- c1- D+ S+ C+',
  },
  {
    title: 'a child was edited, and the digest in the header is right all the same',
    at: BOTH,
    damage: (damage, { arm64 }) => edit(damage, arm64.manifest.digest),
    probe: 'child/digest_mismatch',
    pullers: OTHER_PLATFORM,
  },
  {
    title: "a manifest's revision is gone and its tag is left",
    at: BOTH,
    damage: (damage, { repository, content }) => damage.remove(damage.revision(repository, content.manifest.digest)),
    probe: 'manifest/missing',
    pullers: NONE,
    on3: { warm: { probe: 'sound', pullers: ALL } },
  },
  {
    title: "a tag's link is gone",
    at: BOTH,
    damage: (damage, { repository }) => damage.remove(damage.tag(repository, 'v1')),
    probe: 'manifest/tag_dangling',
    pullers: NONE,
  },
  {
    title: "a tag's link is empty",
    at: BOTH,
    damage: (damage, { repository }) => damage.cut(damage.tag(repository, 'v1'), 0),
    probe: 'manifest/unreadable',
    pullers: NONE,
  },
];

/** Everything that the storage of distribution suffers. */
export const DAMAGE: readonly DamageRow[] = [...LAYERS, ...MANIFESTS];
