import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import { startStub, type SeenRequest } from './stub-http.ts';

/** A request to the API, in the words of its rights. */
export interface ApiCall {
  readonly verb: 'list' | 'get' | 'patch' | 'create';
  /** As rights name it: `cronjobs.batch`. */
  readonly resource: string;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
}

/** An object as the API has it; its kind is that of the list it is in. */
export type ApiObject = Readonly<Record<string, unknown>> & {
  readonly metadata: { readonly namespace: string; readonly name: string };
};

interface ConfigMap {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  /** How often it was changed. */
  version?: number;
}

/** A Kubernetes API on 127.0.0.1, as far as the probe asks it. */
export interface FakeKubeApi {
  readonly url: URL;
  readonly calls: readonly ApiCall[];
  /** By resource, such as `pods` or `deployments.apps`, in the order in which they are listed. */
  readonly objects: Map<string, ApiObject[]>;
  /** By `namespace/name`. A ConfigMap is created without a `data` key. */
  readonly configMaps: Map<string, ConfigMap>;
  readonly secrets: Map<string, { readonly type: string; readonly data: Readonly<Record<string, string>> }>;
  readonly events: Readonly<Record<string, unknown>>[];
  /** Rights that the caller lacks, such as `list cronjobs.batch`. */
  readonly denied: Set<string>;
  /** Answers in place of the API where it returns true; not answering at all is allowed. */
  intercept: (call: ApiCall, response: ServerResponse) => boolean;
  /** Writes a kubeconfig that leads here, and tells its path. */
  kubeconfig(folder: string, namespace?: string): Promise<string>;
  stop(): Promise<void>;
}

/** The token that the API wants to see. */
export const API_TOKEN = 'fake-service-account-token';

/** What the API refuses a ConfigMap beyond, over all its keys. */
const MAX_CONFIG_MAP_BYTES = 1024 * 1024;
const MAX_EVENT_MESSAGE = 1024;

/** Starts an API without an object. */
export async function startKubeApi(): Promise<FakeKubeApi> {
  const calls: ApiCall[] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  const stub = await startStub((request, response) => {
    if (request.headers.authorization !== `Bearer ${API_TOKEN}`) return refuse(response, 401, 'Unauthorized');
    const call = readCall(request);
    if (call === null) return refuse(response, 404, 'the server could not find the requested resource');
    calls.push(call);
    if (api.intercept(call, response)) return undefined;
    const { verb, resource } = call;
    if (api.denied.has(`${verb} ${resource}`)) return refuse(response, 403, forbidden(call));
    if (verb === 'list') return list(call, api.objects.get(resource) ?? [], response);
    if (resource === 'configmaps') return answerConfigMap(call, request, api.configMaps, response);
    if (resource === 'secrets') return get(call, api.secrets.get(`${call.namespace}/${call.name}`), response);
    if (verb === 'patch') return patchEvent(call, request, events, response);
    return createEvent(call, request, events, response);
  });

  const api: FakeKubeApi = {
    url: stub.url,
    calls,
    objects: new Map(),
    configMaps: new Map(),
    secrets: new Map(),
    events,
    denied: new Set(),
    intercept: () => false,
    async kubeconfig(folder, namespace = 'probe') {
      const path = join(folder, 'kubeconfig.json');
      const named = { cluster: 'fake', user: 'fake', namespace };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        // The client speaks plain HTTP only to whoever it need not trust.
        clusters: [{ name: 'fake', cluster: { server: stub.url.origin, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'fake', user: { token: API_TOKEN } }],
        contexts: [{ name: 'fake', context: named }],
        'current-context': 'fake',
      };
      await writeFile(path, JSON.stringify(config));
      return path;
    },
    stop: () => stub.stop(),
  };
  return api;
}

const PATH =
  /^\/(?:api\/v1|apis\/(?<group>[a-z]+)\/v1)\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<resource>[a-z]+)(?:\/(?<name>[^/]+))?$/;

function readCall({ method, target }: SeenRequest): ApiCall | null {
  const { pathname, searchParams } = new URL(target, 'http://api');
  const { group, namespace = '', resource = '', name = '' } = PATH.exec(pathname)?.groups ?? {};
  const verbs = { GET: name === '' ? 'list' : 'get', PATCH: 'patch', POST: 'create' } as const;
  const verb = method === 'GET' || method === 'PATCH' || method === 'POST' ? verbs[method] : null;
  if (resource === '' || verb === null) return null;
  const query = Object.fromEntries(searchParams);
  return { verb, resource: group === undefined ? resource : `${resource}.${group}`, namespace, name, query };
}

/** Pages as the API does: `continue` is opaque, and means nothing after a while. */
function list({ query }: ApiCall, objects: readonly ApiObject[], response: ServerResponse): void {
  const from = Number(Buffer.from(query['continue'] ?? '', 'base64url').toString() || '0');
  const limit = Number(query['limit'] ?? objects.length);
  const unwanted = [...(query['fieldSelector'] ?? '').matchAll(/status\.phase!=(\w+)/g)].map(([, phase]) => phase);
  const chosen = objects.filter((object) => !unwanted.includes(phaseOf(object)));
  const items = chosen.slice(from, from + limit);
  const more = from + limit < chosen.length;
  const token = more ? Buffer.from(String(from + limit)).toString('base64url') : '';
  send(response, 200, { kind: 'List', apiVersion: 'v1', metadata: { continue: token }, items });
}

function phaseOf(object: ApiObject): string | undefined {
  return (object['status'] as { readonly phase?: string } | undefined)?.phase;
}

function answerConfigMap(
  call: ApiCall,
  { headers, body }: SeenRequest,
  configMaps: Map<string, ConfigMap>,
  response: ServerResponse,
): void {
  const known = configMaps.get(`${call.namespace}/${call.name}`);
  if (known === undefined) return get(call, known, response);
  const { version = 0, ...content } = known;
  const metadata = { name: call.name, namespace: call.namespace };
  if (call.verb === 'get')
    return send(response, 200, { metadata: { ...metadata, resourceVersion: `${version}` }, ...content });
  if (headers['content-type'] !== 'application/merge-patch+json') {
    return refuse(response, 415, 'the body of the request was in an unknown format');
  }
  const patch = JSON.parse(body) as Partial<Record<'data' | 'binaryData', Record<string, string | null>>> & {
    readonly metadata?: { readonly resourceVersion?: string };
  };
  const expected = patch.metadata?.resourceVersion;
  if (expected !== undefined && expected !== `${version}`) {
    return refuse(response, 409, 'the object has been modified; please apply your changes to the latest version');
  }
  const next = {
    version: version + 1,
    data: merge(known.data, patch.data),
    binaryData: merge(known.binaryData, patch.binaryData),
  };
  const twice = Object.keys(next.data ?? {}).filter((key) => next.binaryData?.[key] !== undefined);
  if (twice.length > 0)
    return refuse(response, 422, `data[${twice[0]}]: Invalid value: duplicate of key in binaryData`);
  const size = sizeOf(next);
  if (size > MAX_CONFIG_MAP_BYTES) return refuse(response, 422, 'Too long: may not be more than 1048576 bytes');
  Object.assign(known, next);
  return send(response, 200, { metadata: { ...metadata, resourceVersion: `${next.version}` }, ...content });
}

/** What is in Base64 counts as the bytes that it stands for. */
function sizeOf({ data = {}, binaryData = {} }: Pick<ConfigMap, 'data' | 'binaryData'>): number {
  const bytes = Object.values(binaryData).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);
  return bytes + Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function merge(known: Record<string, string> = {}, patch: Record<string, string | null> = {}): Record<string, string> {
  const merged = Object.entries({ ...known, ...patch }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as Record<string, string>;
}

function createEvent(
  { namespace }: ApiCall,
  { body }: SeenRequest,
  events: Readonly<Record<string, unknown>>[],
  response: ServerResponse,
): void {
  const event = JSON.parse(body) as {
    readonly metadata: { readonly name?: string };
    readonly message: string;
    readonly involvedObject: { readonly namespace: string };
  };
  if (event.involvedObject.namespace !== namespace) {
    return refuse(response, 422, 'involvedObject.namespace: Invalid value: does not match event.namespace');
  }
  if (Buffer.byteLength(event.message) > MAX_EVENT_MESSAGE)
    return refuse(response, 422, 'message: can have at most 1024 bytes');
  if (event.metadata.name !== undefined && events.some((one) => isNamed(one, event.metadata.name))) {
    return refuse(response, 409, `events "${event.metadata.name}" already exists`);
  }
  events.push({ ...event });
  return send(response, 201, event);
}

function patchEvent(
  { name }: ApiCall,
  { headers, body }: SeenRequest,
  events: Readonly<Record<string, unknown>>[],
  response: ServerResponse,
): void {
  const index = events.findIndex((one) => isNamed(one, name));
  if (index === -1) return refuse(response, 404, `events "${name}" not found`);
  if (headers['content-type'] !== 'application/merge-patch+json') {
    return refuse(response, 415, 'the body of the request was in an unknown format');
  }
  events[index] = { ...events[index], ...(JSON.parse(body) as Readonly<Record<string, unknown>>) };
  return send(response, 200, events[index]);
}

function isNamed(event: Readonly<Record<string, unknown>>, name: string | undefined): boolean {
  return (event['metadata'] as { readonly name?: string }).name === name;
}

function get({ resource, namespace, name }: ApiCall, value: object | undefined, response: ServerResponse): void {
  if (value === undefined) return refuse(response, 404, `${resource} "${name}" not found`);
  return send(response, 200, { metadata: { name, namespace }, ...value });
}

function forbidden({ verb, resource, namespace }: ApiCall): string {
  const [plural = '', group = ''] = resource.split('.');
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const user = 'User "system:serviceaccount:probe:probe"';
  return `${plural} is forbidden: ${user} cannot ${verb} resource "${plural}" in API group "${group}" ${where}`;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export function refuse(response: ServerResponse, code: number, message: string): void {
  send(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
