import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { buildAttestation, buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { blobDirectory, layerLink, revisionLink, tagLink } from '../../src/storage/paths.ts';
import type { TestTree } from './tree.ts';

/** Numbers that look like chance, and are the same for a seed. */
export interface Chance {
  below(limit: number): number;
  /** True so many times in a hundred. */
  percent(times: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, with the upper bits of 48. */
export function chanceOf(seed: number): Chance {
  let state = BigInt(seed) * 0x5deece66dn + 11n;
  const below = (limit: number): number => {
    state = (state * 0x5deece66dn + 11n) & ((1n << 48n) - 1n);
    return Number((state >> 17n) % BigInt(limit));
  };
  return {
    below,
    percent: (times) => below(100) < times,
    pick(list) {
      const one = list[below(list.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
  };
}

/** A seed for tests with chance, told by the titles of the tests; `TEST_SEED` repeats one. */
export function firstSeed(): number {
  const given = Number(process.env['TEST_SEED'] ?? '');
  return Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 1_000_000_000;
}

/** What was put into a repository. */
export interface Stocked {
  readonly repository: string;
  readonly tag: string | null;
  readonly content: Image | Index;
}

const PLATFORMS = ['amd64', 'arm64', 'riscv64'];
const REPOSITORIES = ['app', 'app/0cli', 'app/web', 'base', 'team/a-b/c'];

/** What a registry may hold: images, indexes, indexes of indexes, with layers that they share, tagged and untagged. */
export function randomStock(chance: Chance): readonly Stocked[] {
  const images = Array.from({ length: 3 + chance.below(4) }, (_, index) => randomImage(chance, `image-${index}`));
  const indexes = Array.from({ length: 2 + chance.below(3) }, () => randomIndex(chance, images));
  const nested = buildIndex([chance.pick(indexes), chance.pick(images)]);
  const contents: readonly (Image | Index)[] = [...images, ...indexes, nested];
  const repositories = REPOSITORIES.filter((_, index) => index === 0 || chance.percent(70));
  return Array.from({ length: 5 + chance.below(8) }, (_, index) => ({
    repository: chance.pick(repositories),
    tag: chance.percent(75) ? `v${chance.below(6)}` : null,
    content: index === 0 ? chance.pick(indexes) : chance.pick(contents),
  }));
}

function randomImage(chance: Chance, seed: string): Image {
  const layers = 1 + chance.below(3);
  const base = buildImage({ seed: `shared-${chance.below(3)}`, layers }).layers;
  const own = buildImage({ seed, layers: 1 }).layers;
  const platform = { os: 'linux', architecture: chance.pick(PLATFORMS) };
  return buildImage({ seed, platform, layers: [...base, ...own], dockerTypes: chance.percent(20) });
}

function randomIndex(chance: Chance, images: readonly Image[]): Index {
  const children = Array.from({ length: 1 + chance.below(3) }, () => chance.pick(images));
  const [first] = children;
  const attested = first !== undefined && chance.percent(40) ? [buildAttestation(first)] : [];
  return buildIndex([...new Set([...children, ...attested])], { mediaType: chance.percent(70) });
}

/** What may happen to a storage; each names something at random, and does nothing where that is gone already. */
export interface Accident {
  readonly name: string;
  /** A garbage collection may stop at it. */
  readonly isGrave: boolean;
  happen(tree: TestTree, stock: readonly Stocked[], chance: Chance): Promise<void>;
}

export const ACCIDENTS: readonly Accident[] = [
  accident('a revision link goes', (where) => remove(where.tree, revisionLink(where.repository, where.manifest))),
  accident('a layer link goes', (where) => remove(where.tree, layerLink(where.repository, where.blob))),
  accident('data goes', (where) => remove(where.tree, `${blobDirectory(where.blob)}/data`)),
  accident('a blob goes with its directory', (where) => remove(where.tree, blobDirectory(where.blob))),
  accident('a tag goes', (where) => remove(where.tree, dirname(dirname(tagLink(where.repository, where.tag))))),
  accident("a tag's link goes", (where) => remove(where.tree, tagLink(where.repository, where.tag))),
  accident('a child has the link of the old layout alone', async ({ tree, repository, manifest }) => {
    await tree.write(layerLink(repository, manifest), manifest);
    await remove(tree, revisionLink(repository, manifest));
  }),
  accident('a layer is cut short', ({ tree, blob, chance }) =>
    cut(tree, `${blobDirectory(blob)}/data`, chance.below(50)),
  ),
  accident('a tag moves', ({ tree, repository, tag, manifest }) => rewrite(tree, tagLink(repository, tag), manifest)),
  accident('data is left that nobody needs', ({ tree, chance }) => {
    const { manifest } = buildImage({ seed: `orphan-${chance.below(1000)}` });
    return tree.write(`${blobDirectory(manifest.digest)}/data`, manifest.bytes);
  }),
  accident('an upload is left behind', ({ tree, repository }) =>
    tree.write(`repositories/${repository}/_uploads/0a1b2c/data`, 'half of a layer'),
  ),
  grave('the directory of the layers goes', ({ tree, repository }) =>
    remove(tree, `repositories/${repository}/_layers`),
  ),
  grave('the directory of the tags goes', ({ tree, repository }) =>
    remove(tree, `repositories/${repository}/_manifests/tags`),
  ),
  grave('a revision link is emptied', (where) => cut(where.tree, revisionLink(where.repository, where.manifest), 0)),
  grave('a layer link is emptied', (where) => cut(where.tree, layerLink(where.repository, where.blob), 0)),
  grave("a tag's link is emptied", (where) => cut(where.tree, tagLink(where.repository, where.tag), 0)),
  grave("a manifest's data is cut short", ({ tree, manifest }) => cut(tree, `${blobDirectory(manifest)}/data`, 20)),
  grave('a revision link names another manifest', ({ tree, repository, manifest, other }) =>
    rewrite(tree, revisionLink(repository, manifest), other),
  ),
  grave('a manifest is no manifest', ({ tree, manifest }) => rewrite(tree, `${blobDirectory(manifest)}/data`, '{}')),
  grave('a directory is where data should be', async ({ tree, blob }) => {
    if (!(await exists(tree, `${blobDirectory(blob)}/data`))) return;
    await remove(tree, `${blobDirectory(blob)}/data`);
    await mkdir(join(tree.root, blobDirectory(blob), 'data'));
  }),
  grave('a stray file is among the blobs', ({ tree }) => tree.write('blobs/sha256/zz/stray/data', 'x')),
];

interface Where {
  readonly tree: TestTree;
  readonly chance: Chance;
  readonly repository: string;
  readonly tag: string;
  readonly manifest: string;
  readonly other: string;
  readonly blob: string;
}

function grave(name: string, happen: (where: Where) => Promise<void>): Accident {
  return { ...accident(name, happen), isGrave: true };
}

function accident(name: string, happen: (where: Where) => Promise<void>): Accident {
  return {
    name,
    isGrave: false,
    happen(tree, stock, chance) {
      const { repository, tag, content } = chance.pick(stock);
      const manifest = chance.pick(manifestsOf(content));
      const other = chance.pick(manifestsOf(chance.pick(stock).content));
      const images = imagesOf(content);
      const image = chance.pick(images);
      const blob = chance.pick([image.config, ...image.layers]).digest;
      return happen({ tree, chance, repository, tag: tag ?? 'v0', manifest, other, blob });
    },
  };
}

function imagesOf(content: Image | Index): readonly Image[] {
  return content.kind === 'image' ? [content] : content.children.flatMap(imagesOf);
}

function manifestsOf(content: Image | Index): readonly string[] {
  const below = content.kind === 'index' ? content.children.flatMap(manifestsOf) : [];
  return [content.manifest.digest, ...below];
}

async function exists({ root }: TestTree, path: string): Promise<boolean> {
  return access(join(root, path)).then(
    () => true,
    () => false,
  );
}

async function remove({ root }: TestTree, path: string): Promise<void> {
  await rm(join(root, path), { recursive: true, force: true });
}

async function cut(tree: TestTree, path: string, length: number): Promise<void> {
  const before = await readFile(join(tree.root, path)).catch(() => null);
  if (before !== null) await writeFile(join(tree.root, path), before.subarray(0, length));
}

async function rewrite(tree: TestTree, path: string, content: string): Promise<void> {
  if (await exists(tree, path)) await writeFile(join(tree.root, path), content);
}

/** Fills a tree by chance, and damages it: in every third tree gravely. Answers with what has happened. */
export async function fillByChance(tree: TestTree, seed: number): Promise<readonly string[]> {
  const chance = chanceOf(seed);
  const stock = randomStock(chance);
  for (const { repository, tag, content } of stock) await tree.put(repository, tag, content);
  const accidents = ACCIDENTS.filter(({ isGrave }) => !isGrave);
  const happened = Array.from({ length: chance.below(6) }, () => chance.pick(accidents));
  if (seed % 3 === 0) happened.push(chance.pick(ACCIDENTS.filter(({ isGrave }) => isGrave)));
  for (const one of happened) await one.happen(tree, stock, chance);
  return happened.map(({ name }) => name);
}
