import { digestOf } from '../oci/digest.ts';
import { layerArchive } from './layer-archive.ts';
import { noise } from './noise.ts';
import { seal, type Sealed } from './sealed.ts';

export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** In bytes: small, since nobody looks inside. */
const FILE_SIZE = 300;

/** Some bytes as a layer, and the digest of what they unpack to. */
export interface Layer extends Sealed {
  readonly diffId: string;
}

/** One layer: a file of noise, `size` bytes long, in a gzipped tar archive. */
export function buildLayer(seed: string, size = FILE_SIZE, mediaType = OCI_LAYER): Layer {
  const { tar, packed } = layerArchive('opt/data.bin', noise(seed, size));
  return { ...seal(mediaType, packed), diffId: digestOf(tar) };
}

/** Any bytes as a layer, also none at all. */
export function rawLayer(bytes: Uint8Array, mediaType = OCI_LAYER): Layer {
  const content = seal(mediaType, bytes);
  return { ...content, diffId: content.digest };
}
