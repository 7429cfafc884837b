import { createHash } from 'node:crypto';

/** A registry of canned bodies: how many of what it has, and what is wrong with it. */
export interface Scene {
  readonly repositories: number;
  /** In each repository. */
  readonly tags: number;
  /** Of each image: those that all images share, and those of its own. */
  readonly sharedLayers: number;
  readonly ownLayers: number;
  /** Children of the index of each tag; 0 for images without an index. */
  readonly platforms: number;
  /** What is gone: nothing, the children of all indexes but of every tenth tag, or one layer that all images share. */
  readonly damage: 'none' | 'children' | 'base-layer';
}

/** In bytes, of every blob: none of them is ever looked into. */
export const BLOB_SIZE = 1000;

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** What a digest or a tag leads to. */
export interface Body {
  readonly type: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** The images of a scene, made as they are asked for: the same number makes the same bytes, run after run. */
export interface Content {
  /** The manifest of a tag of any repository, by its number. */
  ofTag(tag: number): Body;
  /** By digest, of what was made before; undefined for what nobody has been told of. */
  byDigest(digest: string): Body | undefined;
  isGone(digest: string): boolean;
}

/** Prepares the images of a scene. */
export function createContent(scene: Scene): Content {
  /** Which tag a digest belongs to: the bytes are made anew, for all of them would have no room. */
  const tagOf = new Map<string, number>();
  const shared = Array.from({ length: scene.sharedLayers }, (_, index) => digestOf(`shared layer ${index}`));
  const gone = new Set(scene.damage === 'base-layer' ? shared.slice(0, 1) : []);

  function image(tag: number, platform: number): Body {
    const own = Array.from({ length: scene.ownLayers }, (_, index) => digestOf(`layer ${tag} ${platform} ${index}`));
    return body(IMAGE, {
      schemaVersion: 2,
      mediaType: IMAGE,
      config: blob('application/vnd.oci.image.config.v1+json', digestOf(`config ${tag} ${platform}`)),
      layers: [...shared, ...own].map((digest) => blob('application/vnd.oci.image.layer.v1.tar+gzip', digest)),
    });
  }

  function all(tag: number): readonly Body[] {
    if (scene.platforms === 0) return [image(tag, 0)];
    const children = Array.from({ length: scene.platforms }, (_, index) => image(tag, index));
    const manifests = children.map(({ type, digest, bytes }, index) => ({
      mediaType: type,
      digest,
      size: bytes.length,
      platform: { os: 'linux', architecture: ['amd64', 'arm64', 's390x', 'ppc64le'][index] ?? `cpu${index}` },
    }));
    return [body(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests }), ...children];
  }

  return {
    ofTag(tag) {
      const [first, ...others] = all(tag);
      if (first === undefined) throw new Error('a tag has a manifest');
      for (const { digest } of [first, ...others]) tagOf.set(digest, tag);
      if (scene.damage === 'children' && tag % 10 !== 0) for (const { digest } of others) gone.add(digest);
      return first;
    },
    byDigest(digest) {
      const tag = tagOf.get(digest);
      return tag === undefined ? undefined : all(tag).find((one) => one.digest === digest);
    },
    isGone: (digest) => gone.has(digest),
  };
}

function blob(mediaType: string, digest: string): object {
  return { mediaType, digest, size: BLOB_SIZE };
}

function body(type: string, value: object): Body {
  const bytes = Buffer.from(JSON.stringify(value));
  return { type, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
