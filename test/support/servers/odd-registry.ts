import type { Sealed } from '../../../src/demo/sealed.ts';
import type { Contents } from '../pullers/contents.ts';
import { type RawAnswer, type RawRequest, type RawServer, startRawServer } from './raw-http.ts';

/** What a registry holds: by repository, by tag. */
export type Stocked = Readonly<Record<string, Readonly<Record<string, Contents>>>>;

/** Answers otherwise than a registry does; `plain` is what a registry would have answered. */
export type Quirk = (request: RawRequest, plain: RawAnswer, shelf: Shelf) => RawAnswer;

/** What a registry has on its shelves; a quirk may take things away. */
export interface Shelf {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, Sealed>;
  readonly blobs: Map<string, Sealed>;
}

const encoder = new TextEncoder();
const JSON_TYPE = ['Content-Type', 'application/json'] as const;

/** A small registry in memory that answers as distribution does, but for one quirk. */
export function startOddRegistry(
  stocked: Stocked,
  quirk: Quirk = (_, plain) => plain,
  toTls: 'refusal' | 'silence' = 'refusal',
): Promise<RawServer> {
  const shelf = fill(stocked);
  return startRawServer((request) => quirk(request, respond(request, shelf, Object.keys(stocked)), shelf), toTls);
}

/** An answer with JSON. */
export function json(body: unknown, headers: RawAnswer['headers'] = [JSON_TYPE]): RawAnswer {
  return { status: 200, headers, body: encoder.encode(JSON.stringify(body)) };
}

/** An error as the distribution specification writes it. */
export function refusal(status: number, code: string, message = code.toLowerCase()): RawAnswer {
  return { ...json({ errors: [{ code, message }] }), status };
}

/** An answer of a web server. */
export function page(status: number, text: string): RawAnswer {
  return { status, headers: [['Content-Type', 'text/html']], body: encoder.encode(text) };
}

/** The same answer with other values of some headers; an empty value takes the header away. */
export function withHeaders(answer: RawAnswer, changed: Readonly<Record<string, string>>): RawAnswer {
  const kept = answer.headers.filter(([name]) => changed[name] === undefined);
  return { ...answer, headers: [...kept, ...Object.entries(changed).filter(([, value]) => value !== '')] };
}

function fill(stocked: Stocked): Shelf {
  const shelf: Shelf = { tags: new Map(), manifests: new Map(), blobs: new Map() };
  for (const [repository, tags] of Object.entries(stocked)) {
    for (const [tag, { root, manifests, blobs }] of Object.entries(tags)) {
      shelf.tags.set(`${repository}:${tag}`, root.digest);
      for (const one of manifests) shelf.manifests.set(`${repository}@${one.digest}`, one);
      for (const one of blobs) shelf.blobs.set(`${repository}@${one.digest}`, one);
    }
  }
  return shelf;
}

function respond(request: RawRequest, shelf: Shelf, repositories: readonly string[]): RawAnswer {
  const { path } = request;
  if (path === '/v2/') return json({});
  if (path === '/v2/_catalog') return json({ repositories });
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
  if (!repositories.includes(name)) return refusal(404, 'NAME_UNKNOWN');
  if (kind === 'tags') {
    const own = [...shelf.tags.keys()].filter((key) => key.startsWith(`${name}:`));
    return json({ name, tags: own.map((key) => key.slice(name.length + 1)) });
  }
  if (kind === 'blobs') return blob(request, shelf.blobs.get(`${name}@${reference}`));
  return manifest(shelf.manifests.get(`${name}@${shelf.tags.get(`${name}:${reference}`) ?? reference}`));
}

function manifest(found: Sealed | undefined): RawAnswer {
  if (found === undefined) return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const { mediaType, digest, bytes } = found;
  return {
    status: 200,
    headers: [
      ['Content-Type', mediaType],
      ['Docker-Content-Digest', digest],
    ],
    body: bytes,
  };
}

function blob({ headers }: RawRequest, found: Sealed | undefined): RawAnswer {
  if (found === undefined) return refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const { digest, bytes } = found;
  const plain = [
    ['Content-Type', 'application/octet-stream'],
    ['Docker-Content-Digest', digest],
  ] as const;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '') ?? [];
  if (from === undefined) return { status: 200, headers: plain, body: bytes };
  const first = Number(from);
  const last = Math.min(to === undefined || to === '' ? Infinity : Number(to), bytes.length - 1);
  if (first >= bytes.length) return { status: 416, headers: [], body: new Uint8Array() };
  const range = ['Content-Range', `bytes ${first}-${last}/${bytes.length}`] as const;
  return { status: 206, headers: [...plain, range], body: bytes.subarray(first, last + 1) };
}
