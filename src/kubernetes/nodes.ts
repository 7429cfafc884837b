import type { Log } from '../util/log.ts';
import type { KubeApi } from './api.ts';

/** More pages than this are no cluster but a server that never ends. */
const MAX_PAGES = 1000;

/**
 * The platforms that the nodes of the cluster have, such as `linux/arm64`, sorted. Null, and a warning, where not all of
 * them can be listed: then every platform may be needed.
 */
export async function readNodePlatforms(
  { api, log }: { readonly api: KubeApi; readonly log: Log },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const platforms = new Set<string>();
  let from = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const answer = await api.listNodes(from, signal);
    if (answer.kind === 'failed') {
      const right = { verb: 'list', resource: 'nodes', namespace: 'all namespaces' };
      log.warn({ ...right, detail: answer.detail }, 'Which platforms the nodes have is not known: all may be needed');
      return null;
    }
    for (const platform of answer.value.platforms) platforms.add(platform);
    from = answer.value.next;
    if (from === '') return [...platforms].toSorted();
  }
  return null;
}
