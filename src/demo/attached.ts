import { OCI_INDEX, OCI_MANIFEST } from '../oci/media-types.ts';
import { assembleArtifact, type Image } from './content.ts';
import { json, type Answer } from './answer.ts';
import { rawLayer } from './layer.ts';
import { pageOf } from './paging.ts';
import type { DemoRequest } from './request.ts';
import { sealJson, type Sealed } from './sealed.ts';
import type { DemoStore } from './store.ts';
import type { AttachedDescriptor } from './stored.ts';

/** Something that is attached to a manifest, with what lists say of it. */
export interface Artifact extends Image {
  readonly subject: string;
  readonly descriptor: AttachedDescriptor;
}

/**
 * Something attached to a manifest by its digest, such as a signature.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage
 */
export function buildArtifact(subject: Sealed, artifactType: string, seed = artifactType): Artifact {
  const layer = rawLayer(new TextEncoder().encode(`${artifactType} ${seed} of ${subject.digest}\n`), artifactType);
  const { mediaType, digest, size } = subject;
  const artifact = assembleArtifact(layer, { artifactType, subject: { mediaType, digest, size } });
  const { manifest } = artifact;
  const descriptor = { mediaType: OCI_MANIFEST, digest: manifest.digest, size: manifest.size, artifactType };
  return { ...artifact, subject: digest, descriptor };
}

/** The list that a client pushes under a tag where the registry keeps none. */
export function buildReferrerList(artifacts: readonly Artifact[]): Sealed {
  return sealJson(OCI_INDEX, listOf(artifacts.map(({ descriptor }) => descriptor)));
}

/** A page of what is attached to a manifest, in the order of the digests. */
export function referrers(store: DemoStore, request: DemoRequest, pageSize: number): Answer {
  const { repository, reference } = request;
  const attached =
    store.repository(repository ?? '')?.attached.get(reference ?? '') ?? new Map<string, AttachedDescriptor>();
  const { items, headers } = pageOf([...attached.keys()].toSorted(), request, pageSize);
  const descriptors = items.flatMap((digest) => attached.get(digest) ?? []);
  return json(200, listOf(descriptors), { 'content-type': OCI_INDEX, ...headers });
}

function listOf(manifests: readonly unknown[]): object {
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
}
