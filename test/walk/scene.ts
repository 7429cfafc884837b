import { buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_INDEX } from '../../src/oci/media-types.ts';
import type { Log } from '../../src/util/log.ts';
import { createContext, type WalkContext } from '../../src/walk/context.ts';
import { unknown, type Absent, type Lookup, type Unknown, type UnknownReason } from '../../src/walk/lookup.ts';
import type { CatalogWalkOptions, WalkDeps } from '../../src/walk/options.ts';
import type { ContentSource, ManifestContent } from '../../src/walk/source.ts';
import { createMapSource, type MapSource, type Question } from '../support/map-source.ts';
import { OPTIONS, walkDeps } from '../support/walk.ts';

export const AMD64 = buildImage({ seed: 'walk/amd64' });
export const ARM64 = buildImage({
  seed: 'walk/arm64',
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
});
/** An index of `AMD64` and `ARM64`. */
export const APP = buildIndex([AMD64, ARM64]);
/** A sound image, so that what is broken beside it is not all there is. */
export const GOOD = buildImage({ seed: 'walk/good' });
export const OTHER = buildImage({ seed: 'walk/other' });

/** A source with one image for each `repository:tag`. */
export function sourceWith(content: Readonly<Record<string, Image | Index>>): MapSource {
  const source = createMapSource();
  for (const [name, root] of Object.entries(content)) {
    const [repository = '', tag = ''] = name.split(':');
    source.put(repository, tag, root);
  }
  return source;
}

/** Puts a manifest alone, whatever it says. */
export function putManifest(
  { repository }: MapSource,
  name: string,
  tag: string | null,
  { digest, mediaType, bytes }: Pick<Sealed, 'digest' | 'mediaType' | 'bytes'>,
): void {
  const { manifests, tags } = repository(name);
  manifests.set(digest, { mediaType, bytes });
  if (tag !== null) tags.set(tag, digest);
}

/** An index with descriptors as they are given. */
export function indexOf(...manifests: readonly object[]): Sealed {
  return sealJson(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

/** A descriptor of a manifest, with changes. */
export function descriptorOf({ mediaType, digest, size }: Sealed, changes: object = {}): object {
  return { mediaType, digest, size, ...changes };
}

/** What the parts of one walk share, over a source. */
export function contextOver(
  source: ContentSource,
  {
    options = {},
    deps = {},
    named = false,
  }: {
    readonly options?: Partial<CatalogWalkOptions>;
    readonly deps?: Partial<WalkDeps>;
    readonly named?: boolean;
  } = {},
): WalkContext {
  return createContext(walkDeps(source, deps), { ...OPTIONS, ...options }, named);
}

/** A source that is asked for manifests alone. */
export function manifestSource(answer: (reference: string) => Lookup<ManifestContent>): ContentSource {
  const refuse = (): never => {
    throw new Error('only manifests are to be asked for');
  };
  const manifest: ContentSource['manifest'] = (_, digest) => Promise.resolve(answer(digest));
  return {
    manifest,
    manifestByTag: refuse,
    repositories: refuse,
    tags: refuse,
    resolve: refuse,
    referrers: refuse,
    blob: refuse,
    blobBytes: refuse,
  };
}

export function absent(fault: Absent['fault'] = 'missing', detail = 'gone'): Absent {
  return { kind: 'absent', fault, observed: { method: null, status: null, bytes: null, detail } };
}

/** A store that fails when it is asked for something. */
export const SERVER_ERROR: Unknown = unknown('server_error', 'it failed', {
  method: null,
  status: null,
  bytes: null,
  detail: 'it failed',
  failed: true,
});

export function noAnswer(reason: UnknownReason): Unknown {
  return unknown(reason, `no answer: ${reason}`);
}

/** The questions in short: `app manifest v1`, with `again` where it was one. */
export function asked({ questions }: MapSource, like: Partial<Question> = {}): readonly string[] {
  const wanted = Object.entries(like) as [keyof Question, unknown][];
  return questions
    .filter((question) => wanted.every(([name, value]) => question[name] === value))
    .map(({ repository, kind, reference, again }) => `${repository} ${kind} ${reference}${again ? ' again' : ''}`);
}

/** A log that keeps each message with the field that matters. */
export function keepingLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>, message: string): void =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
