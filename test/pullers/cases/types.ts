import { buildImage, buildIndex } from '../../../src/demo/content.ts';
import { sealJson, type Sealed } from '../../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import {
  contentsOf,
  type Contents,
  descriptorOf,
  type Document,
  editedIndex,
  handmade,
} from '../../support/pullers/contents.ts';
import { refusal } from '../../support/servers/odd-registry.ts';
import { isManifestOfApp, NONE, type OddCase, siblings, sound } from '../odd-case.ts';

const ARTIFACT_MANIFEST = 'application/vnd.oci.artifact.manifest.v1+json';

/** The same bytes, served as something else. */
function servedAs(contents: Contents, mediaType: string): Contents {
  const root = { ...contents.root, mediaType };
  return { ...contents, root, manifests: [...contents.manifests.slice(0, -1), root] };
}

function index(seed: string): Contents {
  return contentsOf(buildIndex([buildImage({ seed: `${seed}/1` }), buildImage({ seed: `${seed}/2` })]));
}

function calledIndex(seed: string): Contents {
  return editedIndex(seed, (document) => ({
    ...document,
    manifests: (document['manifests'] as readonly Document[]).map((child) => ({ ...child, mediaType: OCI_INDEX })),
  }));
}

/** An index with an index in it, which it calls an image. */
function calledImage(seed: string): Contents {
  const inner = index(seed);
  const platform = { os: 'linux', architecture: 'amd64' };
  const child = { ...descriptorOf(inner.root), mediaType: OCI_MANIFEST, platform };
  const outer = handmade(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [child] }, inner.blobs);
  return { ...outer, manifests: [...inner.manifests, outer.root] };
}

function retiredArtifact(): Contents {
  const blob: Sealed = sealJson('text/plain', { bill: 'of materials' });
  const document = {
    mediaType: ARTIFACT_MANIFEST,
    artifactType: 'application/vnd.example.sbom',
    blobs: [descriptorOf(blob)],
  };
  return handmade(ARTIFACT_MANIFEST, document, [blob]);
}

/** A type is said in three places: in the header, in the document and by who refers to it. */
export const TYPES: readonly OddCase[] = [
  {
    title: 'an index is served as an image',
    stocked: { app: { v1: servedAs(index('served-as-image'), OCI_MANIFEST) }, ...siblings('served-as-image') },
    tags: { 'app:v1': { pullers: NONE, probe: 'manifest/unresolvable' } },
  },
  ...['application/octet-stream', 'text/plain', 'application/json', ''].map((type): OddCase => ({
    title: `a manifest is served as ${type === '' ? 'nothing in particular' : type}`,
    stocked: { app: { v1: servedAs(sound(`served-as/${type}`), type) }, ...siblings(`served-as/${type}`) },
    tags: { 'app:v1': { pullers: 'c2- c1- D- S- C+', probe: 'manifest/unresolvable' } },
  })),
  {
    title: 'the descriptor of an index calls an image an index',
    stocked: { app: { v1: calledIndex('called-index') }, ...siblings('called-index') },
    tags: { 'app:v1': { pullers: 'c2- c1- D+ S+ C-', probe: 'child/unresolvable' } },
  },
  {
    title: 'the descriptor of an index calls an index an image',
    stocked: { app: { v1: calledImage('called-image') }, ...siblings('called-image') },
    tags: { 'app:v1': { pullers: NONE, probe: 'child/unresolvable' } },
  },
  {
    title: 'a tag of a retired type of artifact is a 404 that says so',
    stocked: { app: { sbom: retiredArtifact(), v1: sound('artifact') }, ...siblings('artifact') },
    quirk({ path, headers }, plain, { tags }) {
      const isArtifact = path.endsWith('/sbom') || path.endsWith(tags.get('app:sbom') ?? '');
      const accepts = headers.get('accept')?.includes(ARTIFACT_MANIFEST) === true;
      if (!isManifestOfApp(path) || !isArtifact || accepts) return plain;
      return refusal(404, 'MANIFEST_UNKNOWN', 'OCI artifact found, but accept header does not support OCI artifacts');
    },
    tags: { 'app:sbom': { pullers: NONE, probe: 'unknown: protocol', run: 'skipped: unsupported_media_type' } },
  },
  ...(
    [
      'OCI manifest found, but accept header does not support OCI manifests',
      'OCI index found, but accept header does not support OCI indexes',
    ] as const
  ).map((words): OddCase => ({
    title: `something before the registry replaces what is accepted: ${words}`,
    stocked: { app: { v1: sound(`accept/${words}`) }, ...siblings(`accept/${words}`) },
    quirk: ({ path }, plain) => (isManifestOfApp(path) ? refusal(404, 'MANIFEST_UNKNOWN', words) : plain),
    tags: { 'app:v1': { pullers: NONE, probe: 'manifest/unresolvable' } },
  })),
  {
    title: 'a tag of signatures lists one that was deleted',
    stocked: { app: { v1: sound('signed'), 'sha256-5a1e.sig': withGone('signed') }, ...siblings('signed') },
    tags: { 'app:sha256-5a1e.sig': { pullers: NONE, probe: 'child/missing' } },
  },
];

function withGone(seed: string): Contents {
  const one = sound(`${seed}/signature`);
  const gone = { mediaType: OCI_MANIFEST, digest: `sha256:${'ab'.repeat(32)}`, size: 700 };
  const document = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptorOf(one.root), gone] };
  const tag = handmade(OCI_INDEX, document, one.blobs);
  return { ...tag, manifests: [...one.manifests, tag.root] };
}
