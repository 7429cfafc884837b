import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { request } from 'undici';

import { buildImage, buildIndex } from '../../../src/demo/content.ts';
import { createDemoRegistry } from '../../../src/demo/server.ts';
import { encodedBy } from '../parsers/encodings.ts';
import { THIEF, type CODINGS, type BodyChange, type Mutation, type Plan, type Subject } from './mutation.ts';

/** Nobody may see these but those whom they are for. */
export const LOGIN = { username: 'robot', password: 'pa/ss+correct-horse=battery' } as const;
export const TOKEN = 'eyJhbGciOi.correct.horse-battery_staple';
const BASIC = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
/** As they travel, and as they are. */
export const SECRETS: readonly string[] = [LOGIN.password, BASIC, TOKEN];

/** What is really broken: a layer of it is gone. No answer about it, or about its sound neighbour, is ever changed. */
export const STEADY = 'steady/app';
export const CALM = 'calm/app';

/** A registry that answers as a plan says, and everybody else whom the program speaks to. */
export interface HostileRegistry {
  readonly url: URL;
  readonly gateway: URL;
  /** The digest of the layer that is gone. */
  readonly lost: string;
  begin(plan: Plan): void;
  /** What was pushed since. */
  readonly pushes: readonly { readonly method: string; readonly body: string }[];
  /** All that came to somebody whom nothing was meant for: the head of each request, and its body. */
  readonly stolen: readonly string[];
  /** Methods of the requests to the registry. */
  readonly methods: ReadonlySet<string>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Starts all of them on 127.0.0.1. */
export async function startHostileRegistry(): Promise<HostileRegistry> {
  const demo = createDemoRegistry();
  const steady = buildImage({ seed: 'fuzz/steady' });
  const lost = steady.layers[0]?.digest ?? '';
  demo.store.put(STEADY, 'v1', steady);
  demo.store.put(CALM, 'v1', buildImage({ seed: 'fuzz/calm' }));
  const wild = [0, 1].map((number) => buildImage({ seed: `fuzz/wild/${number}` }));
  demo.store.put('wild/a', 'v1', buildIndex(wild));
  for (const [number, image] of wild.entries()) demo.store.put('wild/b', `v${number}`, image);
  demo.store.removeBlob(STEADY, lost);
  const upstream = await demo.listen();

  let plan: Plan = { mutations: [], sticky: true, auth: false, signalAfter: null, output: 'json' };
  let asked = new Map<string, number>();
  const pushes: { method: string; body: string }[] = [];
  const stolen: string[] = [];
  const methods = new Set<string>();

  const thief = await listen(async (incoming, outgoing) => {
    stolen.push([`${incoming.method} ${incoming.url}`, ...incoming.rawHeaders, await bodyOf(incoming)].join('\n'));
    outgoing.end('{}');
  });
  const gateway = await listen(async (incoming, outgoing) => {
    pushes.push({ method: incoming.method ?? '', body: await bodyOf(incoming) });
    outgoing.end();
  });
  const tokens = await listen(async (incoming, outgoing) => {
    const isOurs = incoming.headers.authorization === `Basic ${BASIC}` || (await bodyOf(incoming)).includes('password');
    const plain = json(isOurs ? 200 : 401, { token: TOKEN, expires_in: 300 });
    write(outgoing, incoming, mutated('token', incoming, plain));
  });
  const registry = await listen(async (incoming, outgoing) => {
    methods.add(incoming.method ?? '');
    const subject = subjectOf(incoming.url ?? '');
    const plain = await answerTo(incoming);
    write(outgoing, incoming, subject === null ? { answer: plain } : mutated(subject, incoming, plain));
  });

  async function answerTo({ method, url = '/', headers }: IncomingMessage): Promise<Answer> {
    if (plan.auth && headers.authorization !== `Bearer ${TOKEN}`) {
      const challenge = `Bearer realm="${tokens.url.href}token",service="registry"`;
      const { body } = json(401, { errors: [{ code: 'UNAUTHORIZED' }] });
      return { status: 401, headers: [['WWW-Authenticate', challenge]], body };
    }
    const { host: _host, connection: _connection, authorization: _authorization, ...asIs } = headers;
    const given = Object.fromEntries(Object.entries(asIs).map(([name, value]) => [name, String(value)]));
    const got = await request(new URL(url, upstream), { method: method === 'HEAD' ? 'HEAD' : 'GET', headers: given });
    const names = Object.entries(got.headers).filter(([name]) => !FRAMING.has(name));
    const body = Buffer.from(await got.body.arrayBuffer());
    const length = method === 'HEAD' ? Number(got.headers['content-length'] ?? 0) : body.length;
    return {
      status: got.statusCode,
      headers: names.map(([name, value]) => [name, String(value)] as const),
      body: method === 'HEAD' ? Buffer.alloc(length) : body,
    };
  }

  /** What becomes of an answer: chosen by what was asked, and by how often where answers are not to stay the same. */
  function mutated(
    subject: Subject,
    incoming: IncomingMessage,
    plain: Answer,
  ): { answer: Answer; mutation?: Mutation } {
    const path = `${incoming.url?.replace(/[?&]probe=[^&]*/, '')}`;
    const key = plan.sticky ? path : `${incoming.method} ${path}`;
    const time = (asked.get(key) ?? 0) + 1;
    asked.set(key, time);
    const fitting = plan.mutations.filter(({ on }) => on === subject);
    const dice = createHash('sha256')
      .update(plan.sticky ? key : `${key} ${time}`)
      .digest()
      .readUInt32BE();
    const mutation = fitting[dice % (plan.sticky ? fitting.length : fitting.length + 1)];
    if (mutation === undefined) return { answer: plain };
    const headers = mutation.headers.map(([name, value]) => [name, value.replaceAll(THIEF, thief.url.origin)] as const);
    const names = new Set(headers.map(([name]) => name.toLowerCase()));
    const kept = plain.headers.filter(([name]) => !names.has(name.toLowerCase()));
    const body = changed(mutation.body, plain.body, incoming);
    const coding = mutation.body.kind === 'bomb' ? ([['Content-Encoding', mutation.body.coding]] as const) : [];
    return {
      mutation,
      answer: { status: mutation.status ?? plain.status, headers: [...kept, ...headers, ...coding], body },
    };
  }

  const servers = [thief, gateway, tokens, registry];
  return {
    url: registry.url,
    gateway: gateway.url,
    lost,
    begin(next) {
      plan = next;
      asked = new Map();
      for (const list of [pushes, stolen]) list.length = 0;
    },
    pushes,
    stolen,
    methods,
    async stop() {
      for (const server of servers) server.stop();
      await demo.close();
    },
  };
}

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']);

/** Null for what is never changed. */
function subjectOf(url: string): Subject | null {
  if (url.startsWith(`/v2/${STEADY}/`) || url.startsWith(`/v2/${CALM}/`)) return null;
  if (url.startsWith('/v2/_catalog')) return 'catalog';
  const kind = /\/(tags|manifests|blobs)\//.exec(url)?.[1];
  return kind === 'tags' ? 'tags' : kind === 'manifests' ? 'manifest' : kind === 'blobs' ? 'blob' : 'base';
}

function changed(change: BodyChange, plain: Buffer, incoming: IncomingMessage): Buffer {
  switch (change.kind) {
    case 'none':
      return plain;
    case 'text':
      return Buffer.from(change.text);
    case 'cut':
      return plain.subarray(0, change.at % (plain.length + 1));
    case 'nested':
      return Buffer.from(change.unit.repeat(change.times));
    case 'bomb':
      return bomb(change.coding, change.megabytes);
    case 'names':
      return withNames(plain, change.names);
    case 'echo': {
      const said = Object.values(incoming.headers).map((value) => encodedBy(change.how, latin1(String(value))));
      return Buffer.from(JSON.stringify({ errors: [{ code: 'DENIED', message: said.join(' ') }] }));
    }
  }
}

function withNames(plain: Buffer, names: readonly string[]): Buffer {
  try {
    const page = JSON.parse(plain.toString()) as Record<string, unknown>;
    for (const key of ['tags', 'repositories']) {
      if (Array.isArray(page[key])) page[key] = [...names, ...(page[key] as string[])];
    }
    return Buffer.from(JSON.stringify(page));
  } catch {
    return plain;
  }
}

const bombs = new Map<string, Buffer>();

const COMPRESS: Readonly<Record<string, (plain: Buffer) => Buffer>> = {
  gzip: (plain) => gzipSync(plain),
  zstd: (plain) => zstdCompressSync(plain),
  deflate: (plain) => deflateSync(plain),
  br: (plain) => brotliCompressSync(plain),
};

function bomb(coding: (typeof CODINGS)[number], megabytes: number): Buffer {
  const key = `${coding} ${megabytes}`;
  const names = coding.split(', ');
  const coded = (): Buffer =>
    names.reduce<Buffer>((plain, name) => COMPRESS[name]?.(plain) ?? plain, Buffer.alloc(megabytes * 1024 * 1024, '['));
  const known = bombs.get(key) ?? coded();
  bombs.set(key, known);
  return known;
}

function latin1(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function json(status: number, value: unknown): Answer {
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(value)) };
}

/** Writes an answer to the socket itself, because no library would write most of them. */
function write(
  outgoing: ServerResponse,
  incoming: IncomingMessage,
  { answer, mutation }: { answer: Answer; mutation?: Mutation },
): void {
  const { socket } = incoming;
  const { status, headers, body } = answer;
  const frame = mutation?.frame ?? 'plain';
  if (frame === 'silent') return;
  if (frame === 'hang-up') return void socket.destroy();
  const isChunked = frame === 'chunked' || frame === 'bad-chunk' || frame === 'trailers';
  const announced = body.length + (frame === 'short' ? 7 : frame === 'long' ? -Math.min(7, body.length) : 0);
  const lengths =
    isChunked || frame === 'no-length' ? [] : [announced, ...(frame === 'two-lengths' ? [announced + 1] : [])];
  const lines = [
    `HTTP/1.1 ${status} Status`,
    ...headers.map(([name, value]) => `${name}: ${frame === 'folded' ? `\r\n ${value}` : value}`),
    ...(frame === 'twice' ? headers.map(([name, value]) => `${name}: ${value}`) : []),
    ...(frame === 'many-headers' ? Array.from({ length: 2_000 }, (_, index) => `X-${index}: y`) : []),
    ...(frame === 'long-header' ? [`X: ${' '.repeat(60_000)}y`] : []),
    ...(isChunked ? ['Transfer-Encoding: chunked'] : []),
    ...lengths.map((length) => `Content-Length: ${length}`),
    'Connection: close',
  ];
  outgoing.detachSocket(socket);
  const end = frame === 'bare-lines' ? '\n' : frame === 'bare-returns' ? '\r' : '\r\n';
  const before = frame === 'early-hints' ? 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(3) : '';
  const again = frame === 'continues' ? 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9) : '';
  socket.write(Buffer.from(`${before}${again}${lines.join(end)}${end}${end}`));
  if (incoming.method === 'HEAD' || status === 204 || status === 304) return void socket.end();
  if (frame === 'drip') return drip(socket, body);
  const cut = frame === 'reset' ? body.subarray(0, body.length / 2) : body;
  if (isChunked) socket.write(`${cut.length.toString(16)}${frame === 'bad-chunk' ? 'g' : ''}\r\n`);
  socket.write(cut);
  const trailers = frame === 'trailers' ? 'Content-Length: 5\r\nX: y\r\n'.repeat(20) : '';
  if (isChunked) socket.write(`\r\n0\r\n${trailers}\r\n`);
  if (frame === 'reset') socket.resetAndDestroy();
  else socket.end();
}

/** A byte now and then, until the other side has had enough. */
function drip(socket: Socket, body: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= body.length || socket.destroyed) {
      clearInterval(timer);
      socket.end();
    } else socket.write(body.subarray(at, (at += 1)));
  }, 50);
  socket.once('close', () => clearInterval(timer));
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listen(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<{ readonly url: URL; stop(): void }> {
  const server = createServer((incoming, outgoing) => {
    incoming.socket.on('error', () => incoming.socket.destroy());
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  // Who was taken from the server, to be answered by hand, is none of its connections any more.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => void sockets.add(socket.once('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
