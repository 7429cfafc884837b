import { allContent, buildImage, buildIndex, type Image, type Index } from '../../../src/demo/content.ts';
import { seal, sealJson, type Sealed } from '../../../src/demo/sealed.ts';
import { pushBlob, pushManifest } from '../push.ts';

/** Everything below a tag, in the order in which a registry accepts it, and what the tag leads to. */
export interface Contents {
  readonly root: Sealed;
  /** What is below the root, and the root. */
  readonly manifests: readonly Sealed[];
  readonly blobs: readonly Sealed[];
}

/** What is in a manifest or an index, as JSON; tests write what no builder would. */
export type Document = Readonly<Record<string, unknown>>;

/** An image or an index as it is built. */
export function contentsOf(root: Image | Index): Contents {
  const { blobs, manifests } = allContent(root);
  return { root: root.manifest, blobs, manifests };
}

/** An image whose manifest is written anew: as an object, as text, or as bytes under another type. */
export function edited(seed: string, edit: (document: Document) => Document | string | Sealed): Contents {
  const image = buildImage({ seed });
  const { blobs } = allContent(image);
  const root = sealed(edit(parse(image.manifest)), image.manifest.mediaType);
  return { root, manifests: [root], blobs };
}

/** An index of two platforms whose document is written anew. */
export function editedIndex(seed: string, edit: (document: Document) => Document | string | Sealed): Contents {
  const arm64 = { os: 'linux', architecture: 'arm64' };
  const index = buildIndex([
    buildImage({ seed: `${seed}/amd64` }),
    buildImage({ seed: `${seed}/arm64`, platform: arm64 }),
  ]);
  const { blobs, manifests } = allContent(index);
  const root = sealed(edit(parse(index.manifest)), index.manifest.mediaType);
  return { root, manifests: [...manifests.slice(0, -1), root], blobs };
}

/** A manifest of its own over these blobs. */
export function handmade(mediaType: string, document: Document, blobs: readonly Sealed[]): Contents {
  const root = sealJson(mediaType, document);
  return { root, manifests: [root], blobs };
}

/** What a manifest says of a blob or a manifest. */
export function descriptorOf({ mediaType, digest, size }: Sealed): Document {
  return { mediaType, digest, size };
}

/** The document in a manifest. */
export function parse({ bytes }: Sealed): Document {
  return JSON.parse(new TextDecoder().decode(bytes)) as Document;
}

/** Uploads all of it, the tag last. */
export async function pushContents(base: URL, repository: string, tag: string, contents: Contents): Promise<void> {
  for (const blob of contents.blobs) await pushBlob(base, repository, blob);
  for (const manifest of contents.manifests) await pushManifest(base, repository, manifest.digest, manifest);
  await pushManifest(base, repository, tag, contents.root);
}

function sealed(written: Document | string | Sealed, mediaType: string): Sealed {
  if (typeof written === 'string') return seal(mediaType, new TextEncoder().encode(written));
  return isSealed(written) ? written : sealJson(mediaType, written);
}

function isSealed(written: Document | Sealed): written is Sealed {
  return 'bytes' in written;
}
