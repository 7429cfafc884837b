import { seal, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';

export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** Nobody has it. */
export const DIGEST = `sha256:${'0'.repeat(64)}`;

/** `head`, `item` again and again, and `tail`, in so many bytes at most. */
export function dense(head: string, item: string, tail: string, bytes: number): Buffer {
  const times = Math.floor((bytes - head.length - tail.length) / item.length);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(times * item.length, item), Buffer.from(tail)]);
}

const IMAGE = `"mediaType":"${OCI_MANIFEST}","schemaVersion":2,"config":{"mediaType":"${OCI_CONFIG}","digest":"${DIGEST}","size":2}`;
const INDEX = `"mediaType":"${OCI_INDEX}","schemaVersion":2`;

/** Manifests that a registry takes, whose reading may cost a hundred times their size. */
export const MANIFESTS: Readonly<
  Record<string, { readonly mediaType: string; readonly bytes: (bytes: number) => Buffer }>
> = {
  'objects in an unknown field': image((n) => dense(`{${IMAGE},"layers":[],"x":[`, '{},', '{}]}', n)),
  'lists in lists': image((n) => dense(`{${IMAGE},"layers":[],"x":`, '[', '', n)),
  'zeros as layers': image((n) => dense(`{${IMAGE},"layers":[`, '0,', '0]}', n)),
  'empty layers': image((n) => dense(`{${IMAGE},"layers":[`, '{},', '{}]}', n)),
  'layers of an unknown digest': image((n) => dense(`{${IMAGE},"layers":[`, '{"digest":"a:b"},', '{}]}', n)),
  annotations: image((n) => numbered(`{${IMAGE},"layers":[],"annotations":{`, (i) => `"${i}":"",`, '"a":""}}', n)),
  'annotations of a layer': image((n) =>
    numbered(`{${IMAGE},"layers":[{"annotations":{`, (i) => `"${i}":"",`, '"a":""}}]}', n),
  ),
  'lists of layers, one after the other': image((n) => dense(`{${IMAGE}`, ',"layers":[{},{},{},{}]', '}', n)),
  addresses: image((n) => dense(`{${IMAGE},"layers":[{"digest":"${DIGEST}","size":1,"urls":[`, '"",', '""]}]}', n)),
  'data in numbers': image((n) =>
    dense(`{${IMAGE},"layers":[{"digest":"${DIGEST}","size":1,"data":[`, '0,', '0]}]}', n),
  ),
  'many lost layers': image((n) =>
    numbered(`{${IMAGE},"layers":[`, (i) => `{"digest":"sha256:${hex(i)}","size":1},`, `{"digest":"${DIGEST}"}]}`, n),
  ),
  'a platform': index((n) =>
    dense(
      `{${INDEX},"manifests":[{"mediaType":"${OCI_MANIFEST}","digest":"${DIGEST}","size":9,"platform":{"os":"`,
      'x',
      '","architecture":"y"}}]}',
      n,
    ),
  ),
  'features of a platform': index((n) =>
    dense(
      `{${INDEX},"manifests":[{"mediaType":"${OCI_MANIFEST}","digest":"${DIGEST}","size":9,"platform":{"os":"o","architecture":"y","os.features":[`,
      '"",',
      '""]}}]}',
      n,
    ),
  ),
  'a type': index((n) => dense(`{${INDEX},"manifests":[{"digest":"${DIGEST}","size":9,"mediaType":"`, 'x', '"}]}', n)),
  'a digest': index((n) =>
    dense(`{${INDEX},"manifests":[{"mediaType":"${OCI_MANIFEST}","size":9,"digest":"a:`, 'x', '"}]}', n),
  ),
  'a key': image((n) => dense(`{${IMAGE},"layers":[],"`, 'x', '":0}', n)),
  escapes: image((n) => dense(`{${IMAGE},"layers":[],"artifactType":"`, '\\u0000', '"}', n)),
  'a number': image((n) => dense(`{${IMAGE},"layers":[],"x":`, '1', '}', n)),
  children: index((n) =>
    numbered(
      `{${INDEX},"manifests":[`,
      (i) => `{"mediaType":"${OCI_MANIFEST}","digest":"${DIGEST}","size":${i}},`,
      `{"digest":"${DIGEST}"}]}`,
      n,
    ),
  ),
};

function image(bytes: (bytes: number) => Buffer) {
  return { mediaType: OCI_MANIFEST, bytes };
}

function index(bytes: (bytes: number) => Buffer) {
  return { mediaType: OCI_INDEX, bytes };
}

export function hex(number: number): string {
  return number.toString(16).padStart(64, '0');
}

export function numbered(head: string, item: (count: number) => string, tail: string, bytes: number): Buffer {
  const parts: Buffer[] = [Buffer.from(head)];
  let left = bytes - head.length - tail.length;
  for (let count = 1_000_000; ; count += 1) {
    const part = Buffer.from(item(count));
    left -= part.length;
    if (left < 0) return Buffer.concat([...parts, Buffer.from(tail)]);
    parts.push(part);
  }
}

/**
 * Manifests that say less in more of them: so many tags of one repository, each with so many parts that are not there,
 * which are its own or the same in all of them.
 */
export interface LostParts {
  readonly tags: number;
  readonly parts: number;
  readonly object: 'layer' | 'child';
  readonly shared?: true;
  /** Left out, one that comes after the repository of which something is to be told. */
  readonly repository?: string;
}

const PART_TYPES = { layer: 'application/vnd.oci.image.layer.v1.tar+gzip', child: OCI_MANIFEST };
export const MANIFEST_TYPES = { layer: OCI_MANIFEST, child: OCI_INDEX };

/** The digest of a part of one of them: its own, or that of the part at the same place in all of them. */
export function lostPart({ parts, shared }: LostParts, tag: number, part: number): string {
  return `sha256:${hex((shared === true ? 0 : tag * parts) + part + 1)}`;
}

/** One of them. */
export function withLostParts(of: LostParts, tag: number): Sealed {
  const head = of.object === 'layer' ? `{${IMAGE},"layers":[` : `{${INDEX},"manifests":[`;
  const parts = Array.from(
    { length: of.parts },
    (_, part) => `{"mediaType":"${PART_TYPES[of.object]}","digest":"${lostPart(of, tag, part)}","size":1}`,
  );
  return seal(MANIFEST_TYPES[of.object], Buffer.from(`${head}${parts.join(',')}],"annotations":{"tag":"${tag}"}}`));
}
