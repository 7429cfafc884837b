import { createHash } from 'node:crypto';

import { buildImage, buildIndex, type Image } from '../../../src/demo/content.ts';
import { buildLayer } from '../../../src/demo/layer.ts';
import { push, pushManifest } from '../../support/push.ts';

const PLATFORMS = ['amd64', 'arm64', 's390x'].map((architecture) => ({ os: 'linux', architecture }));

/** The base images that everything is built on, and the layers of each. */
const BASES = 5;
const BASE_LAYERS = 3;

/** How many uploads are under way at once. */
const UPLOADS = 8;

export interface StockSize {
  readonly repositories: number;
  readonly tags: number;
}

/** What a walk has to ask for, each of it once. */
export interface Stock {
  readonly references: readonly string[];
  /** Pages of listings, tags by HEAD, manifests by GET, blobs by HEAD. */
  readonly pages: number;
  readonly tags: number;
  readonly manifests: number;
  readonly blobs: number;
  /** Paths of blobs, in an order of chance that is the same each time. */
  readonly paths: readonly string[];
}

/** Fills a registry: each tag an index of three platforms, of which each has one layer of its own above shared ones. */
export async function stock(url: URL, { repositories, tags }: StockSize): Promise<Stock> {
  const names = Array.from({ length: repositories }, (_, index) => `team-${index % 20}/app-${index}`);
  const paths: string[] = [];
  const waiting = [...names.entries()];
  await Promise.all(
    Array.from({ length: UPLOADS }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        paths.push(...(await fill(url, next[1], next[0], tags)));
      }
    }),
  );
  return {
    references: names.flatMap((name) => Array.from({ length: tags }, (_, tag) => `${url.host}/${name}:v${tag}`)),
    pages: Math.ceil(repositories / 1000) + repositories + 1,
    tags: repositories * tags,
    manifests: repositories * tags * (PLATFORMS.length + 1),
    blobs: paths.length,
    paths: paths.toSorted((a, b) => rank(a).localeCompare(rank(b))),
  };
}

async function fill(url: URL, repository: string, index: number, tags: number): Promise<readonly string[]> {
  const digests = new Set<string>();
  for (let tag = 0; tag < tags; tag += 1) {
    const images = PLATFORMS.map((platform) => imageOf(index, tag, platform));
    const root = buildIndex(images);
    for (const image of images) {
      await push(url, repository, null, withoutKnown(image, digests));
      await pushManifest(url, repository, image.manifest.digest, image.manifest);
      for (const { digest } of [image.config, ...image.layers]) digests.add(digest);
    }
    await pushManifest(url, repository, `v${tag}`, root.manifest);
  }
  return [...digests].map((digest) => `/v2/${repository}/blobs/${digest}`);
}

function imageOf(index: number, tag: number, platform: (typeof PLATFORMS)[number]): Image {
  const base = `base-${index % BASES}-${platform.architecture}`;
  const shared = Array.from({ length: BASE_LAYERS }, (_, layer) => buildLayer(`${base}-${layer}`, 4096));
  return buildImage({
    seed: `${index}-${tag}-${platform.architecture}`,
    platform,
    layers: [...shared, buildLayer(`own-${index}-${tag}-${platform.architecture}`, 1024)],
  });
}

/** An upload of what the repository has already would only take time. */
function withoutKnown(image: Image, known: ReadonlySet<string>): Image {
  return { ...image, layers: image.layers.filter(({ digest }) => !known.has(digest)) };
}

function rank(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}
