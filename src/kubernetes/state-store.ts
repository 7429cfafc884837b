import type { ApiFailure, ConfigMapContent, KubeApi } from './api.ts';

/** Of the 1 MiB of a ConfigMap, what all that is in it may take together. */
const MAX_TOTAL_BYTES = 900 * 1024;

/** Others that write the same ConfigMap are as many as there are registries and shards in it. */
const ATTEMPTS = 8;

/** Where a state is kept. */
export interface StatePlace {
  readonly namespace: string;
  /** Of the ConfigMap, which has to be there: the probe may not create one. */
  readonly configMap: string;
  readonly registry: string;
  /** Counted from 0; null when one process walks the whole registry. */
  readonly shard: number | null;
}

/** What is in the ConfigMap; null where nothing is. */
type Kept =
  { readonly kind: 'read'; readonly bytes: Uint8Array | null } | { readonly kind: 'failed'; readonly detail: string };

type Written = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/** A ConfigMap as a place for bytes between two runs. */
export interface ConfigMapStore {
  read(signal: AbortSignal): Promise<Kept>;
  /** `renew` makes what is to be kept of what is, and is called again where somebody has written meanwhile. */
  write(renew: (kept: Uint8Array | null, maxBytes: number) => Uint8Array, signal: AbortSignal): Promise<Written>;
}

/** The store of one registry, or one shard of it; other keys of the ConfigMap are left alone. */
export function createConfigMapStore(place: StatePlace, api: KubeApi): ConfigMapStore {
  const { namespace, configMap } = place;
  const key = stateKey(place);

  function failed(verb: string, { detail }: ApiFailure): { readonly kind: 'failed'; readonly detail: string } {
    return { kind: 'failed', detail: `${verb} configmaps ${namespace}/${configMap}: ${detail}` };
  }

  return {
    async read(signal) {
      const answer = await api.readConfigMap(namespace, configMap, signal);
      return answer.kind === 'failed' ? failed('get', answer) : { kind: 'read', bytes: keptIn(answer.value, key) };
    },
    async write(renew, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await api.readConfigMap(namespace, configMap, signal);
        if (answer.kind === 'failed') return failed('get', answer);
        const content = answer.value;
        const bytes = renew(keptIn(content, key), MAX_TOTAL_BYTES - otherBytes(content, key));
        const patch = {
          // Whoever has written since then makes this a conflict.
          metadata: { resourceVersion: content.resourceVersion },
          // A key may be in one of the two only.
          ...(content.data[key] === undefined ? {} : { data: { [key]: null } }),
          binaryData: { [key]: Buffer.from(bytes).toString('base64') },
        };
        const patched = await api.patchConfigMap(namespace, configMap, patch, signal);
        if (patched.kind === 'done') return { kind: 'written' };
        if (patched.reason !== 'conflict' || attempt === ATTEMPTS) return failed('patch', patched);
      }
    },
  };
}

/** The key of a registry's state, or of one shard's. A registry's name has no dot in it. */
function stateKey({ registry, shard }: StatePlace): string {
  return shard === null ? `${registry}.state` : `${registry}.shard-${shard}.state`;
}

/** What somebody wrote as text is handed on all the same, so that it is told to be no state. */
function keptIn({ data, binaryData }: ConfigMapContent, key: string): Uint8Array | null {
  const binary = binaryData[key];
  if (binary !== undefined) return Buffer.from(binary, 'base64');
  const text = data[key];
  return text === undefined ? null : Buffer.from(text);
}

function otherBytes({ data, binaryData }: ConfigMapContent, key: string): number {
  const texts = Object.entries(data).map(([one, text]) => [one, Buffer.byteLength(text)] as const);
  const bytes = Object.entries(binaryData).map(([one, text]) => [one, Buffer.byteLength(text, 'base64')] as const);
  return [...texts, ...bytes]
    .filter(([one]) => one !== key)
    .reduce((sum, [one, length]) => sum + Buffer.byteLength(one) + length, 0);
}
