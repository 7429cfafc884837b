import type { Log } from '../util/log.ts';
import type { KubeApi, NodePage } from './api.ts';

/** A node that says that it holds an image. */
export interface ImageHolder {
  readonly node: string;
  /** As `linux/arm64`: of others, it holds nothing. */
  readonly platform: string;
  /** As the node calls it, with a digest. */
  readonly image: string;
}

/** What a node says of itself, as far as it matters here; not all of it has to be there. */
interface ListedNode {
  readonly metadata?: { readonly name?: string };
  readonly status?: {
    readonly nodeInfo?: { readonly operatingSystem?: string; readonly architecture?: string };
    readonly images?: readonly ({ readonly names?: readonly unknown[] | null } | null)[] | null;
  };
}

/** More pages than this are no cluster but a server that never ends. */
const MAX_PAGES = 1000;
/** Nodes that are named for one image; more of them hold the same. */
const MAX_HOLDERS = 3;
/** Longer than any name of an image with its digest. */
const MAX_NAME = 512;
/** A kubelet lists 50 images, with a few names for each. */
const MAX_IMAGES = 1000;
const MAX_NAMES = 20;

/** What a page of nodes says of their platforms, and of which of the wanted digests they hold. */
export function readNodes(
  nodes: readonly ListedNode[],
  wanted: ReadonlySet<string> = new Set(),
): Pick<NodePage, 'platforms' | 'holders'> {
  const known = nodes.flatMap((node) => {
    const { operatingSystem = '', architecture = '' } = node.status?.nodeInfo ?? {};
    return operatingSystem === '' || architecture === ''
      ? []
      : [{ node, platform: `${operatingSystem}/${architecture}` }];
  });
  return {
    platforms: known.map(({ platform }) => platform),
    holders: wanted.size === 0 ? [] : known.flatMap(({ node, platform }) => heldBy(node, platform, wanted)),
  };
}

/** Of the wanted digests, those that a node says it holds, with the name under which it does. */
function heldBy(node: ListedNode, platform: string, wanted: ReadonlySet<string>): readonly ImageHolder[] {
  const name = node.metadata?.name ?? '';
  const images = node.status?.images ?? [];
  return images.slice(0, MAX_IMAGES).flatMap((image) =>
    (image?.names ?? []).slice(0, MAX_NAMES).flatMap((written): ImageHolder[] => {
      if (typeof written !== 'string' || written.length > MAX_NAME || name === '') return [];
      return wanted.has(digestIn(written)) ? [{ node: name, platform, image: written }] : [];
    }),
  );
}

/** The digest at the end of an image's name; empty where there is none. */
function digestIn(image: string): string {
  const at = image.lastIndexOf('@');
  return at < 0 ? '' : image.slice(at + 1);
}

/**
 * Which nodes say that they hold which of the wanted digests: the first three for each. Where not all nodes can be listed,
 * it is what those say that could be, and a warning.
 */
export async function readHolders(
  wanted: ReadonlySet<string>,
  { api, log }: { readonly api: KubeApi; readonly log: Log },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ImageHolder[]>> {
  const holders = new Map<string, ImageHolder[]>();
  let from = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const answer = await api.listNodes(from, signal, wanted);
    if (answer.kind === 'failed') {
      const right = { verb: 'list', resource: 'nodes', namespace: 'all namespaces' };
      log.warn({ ...right, detail: answer.detail }, 'Which nodes hold copies is not known');
      return holders;
    }
    for (const holder of answer.value.holders) {
      const digest = digestIn(holder.image);
      const known = holders.get(digest) ?? [];
      const isNew = known.every(({ node }) => node !== holder.node);
      if (isNew && known.length < MAX_HOLDERS) holders.set(digest, [...known, holder]);
    }
    from = answer.value.next;
    if (from === '') return holders;
  }
  return holders;
}
