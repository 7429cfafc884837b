import type { HttpRequest, Transport } from '../http/exchange.ts';
import type { Log } from '../util/log.ts';
import { createGatewayClient, type GatewayAddress } from './gateway-client.ts';
import { readGroupList, type PushedGroup } from './group-list.ts';
import { groupUrl, under } from './group-url.ts';
import { checkGrouping, groupLabels } from './grouping.ts';

/** Where to push, as whom, and under which labels. */
export interface PushgatewayOptions extends GatewayAddress {
  readonly job: string;
  readonly groupingLabels: Readonly<Record<string, string>>;
}

export interface PushgatewayDeps {
  readonly transport: Transport;
  readonly log: Log;
}

/** `replace` drops every other series of the group, `add` replaces whole families and leaves the others. */
export type PushMode = 'replace' | 'add';

/** Something that was asked of a Pushgateway did not happen; `detail` is one line. */
interface Failed {
  readonly kind: 'failed';
  readonly detail: string;
}

/** Whether the numbers arrived. */
export type Pushed = { readonly kind: 'pushed' } | Failed;

/** A Prometheus Pushgateway: https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#api */
export interface Pushgateway {
  /** Pushes the text of one registry's group. It never throws for what a network or a server may do. */
  push(registry: string, shard: number | null, text: string, mode: PushMode, signal: AbortSignal): Promise<Pushed>;
  /** All groups that it holds, whoever they are of. */
  groups(signal: AbortSignal): Promise<{ readonly kind: 'listed'; readonly groups: readonly PushedGroup[] } | Failed>;
  /** Deletes a group; one that is not there counts as deleted. */
  remove(group: PushedGroup, signal: AbortSignal): Promise<{ readonly kind: 'removed' } | Failed>;
}

/** What it says to a push or a deletion is one line. */
const ONE_LINE: HttpRequest['read'] = { kind: 'first', bytes: 1024 };

/** The list holds every series of every group, and a Pushgateway may serve a whole company. */
const WHOLE_LIST: HttpRequest['read'] = { kind: 'all', limit: 32 * 1024 * 1024 };

/** Builds the client. It throws for a URL or grouping labels that cannot work; nothing is sent until `push`. */
export function createPushgateway(options: PushgatewayOptions, { transport, log }: PushgatewayDeps): Pushgateway {
  const client = createGatewayClient(options, transport);
  const { base } = client;
  checkGrouping(options.job, options.groupingLabels);

  function failed(what: string, detail: string): Failed {
    return { kind: 'failed', detail: `the Pushgateway at ${base.host} did not ${what}: ${detail}` };
  }

  return {
    async push(registry, shard, text, mode, signal) {
      const answer = await client.send({
        method: mode === 'replace' ? 'PUT' : 'POST',
        url: groupUrl(base, groupLabels({ ...options, registry, shard })),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: text,
        signal,
        read: ONE_LINE,
      });
      if (answer.kind === 'failed') return failed('take the metrics', answer.detail);
      log.debug({ registry, mode, pushgateway: base.origin }, 'metrics pushed');
      return { kind: 'pushed' };
    },

    async groups(signal) {
      const answer = await client.send({ method: 'GET', url: under(base, 'api/v1/metrics'), signal, read: WHOLE_LIST });
      if (answer.kind === 'failed') return failed('list its groups', answer.detail);
      const groups = readGroupList(answer.body);
      return groups === null ? failed('list its groups', 'the answer is no such list') : { kind: 'listed', groups };
    },

    async remove({ labels }, signal) {
      const answer = await client.send({ method: 'DELETE', url: groupUrl(base, labels), signal, read: ONE_LINE });
      return answer.kind === 'failed' ? failed('delete a group', answer.detail) : { kind: 'removed' };
    },
  };
}
