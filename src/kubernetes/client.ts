import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  PatchStrategy,
  ServerConfiguration,
  type Middleware,
  type RequestContext,
} from '@kubernetes/client-node';

import type { ClusterAddress } from './address.ts';
import type { ApiAnswer, KubeApi, ListedKind, Page } from './api.ts';
import { boundedText, createPageSize, readPage } from './bounded-answer.ts';
import { failureOfError, failureOfStatus } from './failure.ts';
import { recordEvent } from './record-event.ts';
import { readNodes } from './node-images.ts';
import { isFinished, listedObject, listedPod, type ListedObject } from './listed-object.ts';
import { texts } from './text-values.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * Pods are some 10 KiB each, and several times that when they are read. A cluster of 20,000 is read with a third less
 * memory than by pages of 500, and takes no longer.
 */
const PAGE_SIZE = 100;

/** Pods that have ended pull nothing; they are asked for by themselves, where what they ran matters. */
const NOT_ENDED = 'status.phase!=Succeeded,status.phase!=Failed';
const ENDED = 'status.phase!=Pending,status.phase!=Running,status.phase!=Unknown';

/** A connection to a cluster, and the namespace that is its own. */
export interface Connection {
  readonly api: KubeApi;
  readonly namespace: string;
}

/**
 * Gets ready to ask a cluster; nothing is asked yet. Rejects for a kubeconfig that cannot be read. The client library is
 * large, so this file is to be imported on demand: runs without a cluster do not pay for it.
 */
export async function connect(
  address: Exclude<ClusterAddress, { kind: 'none' }>,
  userAgent: string,
): Promise<Connection> {
  const config = await readConfig(address);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no current cluster');

  let dispatcher: ReturnType<RequestContext['getDispatcher']>;
  const authentication = {
    getName: () => 'kubeconfig',
    async applySecurityAuthentication(request: RequestContext): Promise<void> {
      await config.applySecurityAuthentication(request);
      // The library makes one for every request, and with it a connection of its own.
      dispatcher ??= request.getDispatcher();
      if (dispatcher !== undefined) request.setDispatcher(dispatcher);
    },
  };

  function settings(signal: AbortSignal, headers: Readonly<Record<string, string>> = {}) {
    const middleware: Middleware = {
      pre(request) {
        request.setSignal(signal);
        for (const [name, value] of Object.entries({ 'user-agent': userAgent, ...headers })) {
          request.setHeaderParam(name, value);
        }
        return Promise.resolve(request);
      },
      async post(response) {
        const body = response.body.stream();
        const text = await boundedText(body);
        // What is read once may be asked for again, by whoever wants to say what is wrong with it.
        response.body = {
          text: () => Promise.resolve(text),
          binary: () => Promise.resolve(Buffer.from(text)),
          stream: () => null,
        };
        return response;
      },
    };
    return createConfiguration({
      baseServer: new ServerConfiguration(server ?? '', {}),
      authMethods: { default: authentication },
      promiseMiddleware: [middleware],
    });
  }

  async function ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<ApiAnswer<T>> {
    try {
      return { kind: 'done', value: await untilAborted(signal, question) };
    } catch (thrown) {
      return thrown instanceof ApiException
        ? failureOfStatus(thrown.code, thrown.body, thrown.headers)
        : failureOfError(thrown, signal);
    }
  }

  async function list(
    kind: ListedKind,
    from: string,
    { signal, namespace, limit }: { signal: AbortSignal; namespace: string | null; limit: number },
  ): Promise<Page> {
    const page = { limit, ...(from === '' ? {} : { _continue: from }) };
    const here = namespace === null ? null : { ...page, namespace };
    const apps = () => new AppsV1Api(settings(signal));
    const batch = () => new BatchV1Api(settings(signal));
    const core = () => new CoreV1Api(settings(signal));
    switch (kind) {
      case 'Deployment':
        return pageOf(
          await (here ? apps().listNamespacedDeployment(here) : apps().listDeploymentForAllNamespaces(page)),
          ({ metadata, spec }) => listedObject(kind, metadata, spec?.template.spec),
        );
      case 'StatefulSet':
        return pageOf(
          await (here ? apps().listNamespacedStatefulSet(here) : apps().listStatefulSetForAllNamespaces(page)),
          ({ metadata, spec }) => listedObject(kind, metadata, spec?.template.spec),
        );
      case 'DaemonSet':
        return pageOf(
          await (here ? apps().listNamespacedDaemonSet(here) : apps().listDaemonSetForAllNamespaces(page)),
          ({ metadata, spec }) => listedObject(kind, metadata, spec?.template.spec),
        );
      case 'CronJob':
        return pageOf(
          await (here ? batch().listNamespacedCronJob(here) : batch().listCronJobForAllNamespaces(page)),
          ({ metadata, spec }) => listedObject(kind, metadata, spec?.jobTemplate.spec?.template.spec),
        );
      case 'Job':
        return pageOf(
          await (here ? batch().listNamespacedJob(here) : batch().listJobForAllNamespaces(page)),
          ({ metadata, spec, status }) =>
            isFinished(status?.conditions) ? null : listedObject(kind, metadata, spec?.template.spec),
        );
      case 'Pod':
      case 'EndedPod': {
        const fieldSelector = kind === 'Pod' ? NOT_ENDED : ENDED;
        return pageOf(
          await (here
            ? core().listNamespacedPod({ ...here, fieldSelector })
            : core().listPodForAllNamespaces({ ...page, fieldSelector })),
          ({ metadata, spec, status }) => listedPod(metadata, spec, status),
        );
      }
    }
  }

  const size = createPageSize(PAGE_SIZE);

  const api: KubeApi = {
    list: (kind, from, signal, namespace = null) =>
      ask(signal, () => readPage(size, (limit) => list(kind, from, { signal, namespace, limit }))),
    listNodes: (from, signal, wanted) =>
      ask(signal, async () => {
        const rest = from === '' ? {} : { _continue: from };
        const { items, metadata } = await size.read((limit) =>
          new CoreV1Api(settings(signal)).listNode({ limit, ...rest }),
        );
        const { _continue: next = '' } = metadata ?? {};
        return { ...readNodes(items, wanted), next };
      }),
    readConfigMap: (namespace, name, signal) =>
      ask(signal, async () => {
        const map = await new CoreV1Api(settings(signal)).readNamespacedConfigMap({ namespace, name });
        const resourceVersion = map.metadata?.resourceVersion ?? '';
        return { data: texts(map.data), binaryData: texts(map.binaryData), resourceVersion };
      }),
    patchConfigMap: (namespace, name, body, signal) =>
      ask(signal, async () => {
        const merge = settings(signal, { 'content-type': PatchStrategy.MergePatch });
        await new CoreV1Api(merge).patchNamespacedConfigMap({ namespace, name, body });
        return undefined;
      }),
    createEvent: (event, signal) =>
      recordEvent(event, {
        create: (body) =>
          ask(signal, () =>
            new CoreV1Api(settings(signal)).createNamespacedEvent({ namespace: event.namespace, body }),
          ),
        patch: (name, body) =>
          ask(signal, () => {
            const merge = settings(signal, { 'content-type': PatchStrategy.MergePatch });
            return new CoreV1Api(merge).patchNamespacedEvent({ namespace: event.namespace, name, body });
          }),
      }),
    readSecret: (namespace, name, signal) =>
      ask(signal, async () => {
        const secret = await new CoreV1Api(settings(signal)).readNamespacedSecret({ namespace, name });
        return { type: secret.type ?? '', data: texts(secret.data) };
      }),
    close: async () => dispatcher?.destroy(),
  };
  return { api, namespace: namespaceOf(config) };
}

/**
 * Only what is needed of each object is kept: a page is forgotten before the next one is asked for. A server that is
 * written in Go may send null for an empty list, and for no next page.
 */
function pageOf<T>(
  list: { readonly items: readonly (T | null)[] | null; readonly metadata?: { readonly _continue?: string | null } },
  toObject: (item: T) => ListedObject | null,
): Page {
  const { _continue: next } = list.metadata ?? {};
  const objects = (list.items ?? []).map((item) => (item === null ? null : toObject(item)));
  return { objects: objects.filter((object) => object !== null), next: next ?? '' };
}

async function readConfig(address: Exclude<ClusterAddress, { kind: 'none' }>): Promise<KubeConfig> {
  if (address.kind === 'kubeconfig') {
    const [first = '', ...others] = address.files;
    const merged = await readKubeconfig(first);
    for (const file of others) merged.mergeConfig(await readKubeconfig(file), true);
    return merged;
  }
  const config = new KubeConfig();
  const { server, caFile, tokenFile, namespace } = address;
  config.loadFromOptions({
    clusters: [{ name: 'pod', server, caFile, skipTLSVerify: false }],
    users: [{ name: 'pod', authProvider: { name: 'tokenFile', config: { tokenFile } } }],
    contexts: [{ name: 'pod', cluster: 'pod', user: 'pod', namespace }],
    currentContext: 'pod',
  });
  return config;
}

async function readKubeconfig(file: string): Promise<KubeConfig> {
  const text = await readFile(file, 'utf8');
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(file));
  } catch {
    // The parser's own words quote the lines around the fault, which may be a token: neither message nor cause.
    throw new Error(`${file} cannot be read as a kubeconfig`);
  }
  return config;
}

function namespaceOf(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}
