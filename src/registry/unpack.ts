import type { Descriptor } from '../oci/descriptor.ts';
import { createDigester, type DigestAlgorithm } from '../oci/digest.ts';
import { unpackingOf, type Unpacking } from '../oci/layer-types.ts';
import { unknown, type Absent, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask, BlobContent } from '../walk/source.ts';
import { startReading } from './blob-reading.ts';
import { sendForBlob } from './blob-request.ts';
import { messageOf } from '../util/errors.ts';
import { createChunkQueue } from './chunk-queue.ts';
import type { ApiClient } from './client.ts';
import { decompress } from './decompress.ts';
import { createTarReader } from './tar-reader.ts';

/** What is unpacked of a layer at most, as a multiple of its size: no archive of real files is packed that tightly. */
const MOST_TIMES = 100;
/** In bytes: so much of the smallest layer is unpacked whatever its size, since an archive of nothing is 10 KiB of zeros. */
const LEAST_LIMIT = 1024 * 1024;

/** What came of unpacking. */
type Unpacked =
  | { readonly kind: 'whole'; readonly diffId: string }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'too_large'; readonly limit: number };

/**
 * Reads all of a layer and unpacks it as a node does, keeping nothing of it: what came is hashed, decompressed, hashed
 * again, and read as an archive. Only what is the layer by its digest can be found not to unpack.
 */
export async function unpackLayer(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  { algorithm, unpackLimit }: { readonly algorithm: DigestAlgorithm; readonly unpackLimit: number },
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const unpacking = unpackingOf(descriptor.mediaType);
  const queue = createChunkQueue();
  const limit = Math.min(unpackLimit, Math.max(MOST_TIMES * descriptor.size, LEAST_LIMIT));
  const unpacked = unpack(queue.chunks, unpacking, limit);
  const reading = startReading(descriptor, algorithm, Infinity, (chunk) => queue.push(chunk));
  const answer = await sendForBlob(client, repository, descriptor, { method: 'GET', read: reading.read }, ask);
  queue.end();
  const layer = reading.judge(answer);
  const outcome = await unpacked;
  return layer.kind === 'found' ? judge(descriptor, layer.value, outcome) : layer;
}

function judge({ size }: Descriptor, content: BlobContent, unpacked: Unpacked): Absent | Unknown | Lookup<BlobContent> {
  switch (unpacked.kind) {
    case 'whole':
      return { kind: 'found', value: { ...content, diffId: unpacked.diffId } };
    case 'broken': {
      const observed = { method: 'GET', status: 200, bytes: size, detail: unpacked.problem };
      return { kind: 'absent', fault: 'not_unpackable', observed };
    }
    case 'too_large':
      return unknown('protocol', `body_too_large: the layer unpacks to more than ${unpacked.limit} bytes`);
  }
}

async function unpack(layer: AsyncGenerator<Uint8Array>, unpacking: Unpacking, limit: number): Promise<Unpacked> {
  const digester = createDigester('sha256');
  const archive = createTarReader();
  let size = 0;
  try {
    for await (const chunk of unpacking === 'detect' ? decompress(layer) : layer) {
      size += chunk.length;
      if (size > limit) return { kind: 'too_large', limit };
      digester.update(chunk);
      archive.push(chunk);
    }
  } catch (error) {
    return { kind: 'broken', problem: `it cannot be decompressed: ${messageOf(error)}` };
  }
  const problem = unpacking === 'none' ? 'nodes know no way to unpack a layer of this type' : archive.end();
  return problem === null ? { kind: 'whole', diffId: digester.digest() } : { kind: 'broken', problem };
}
