import { gzipSync } from 'node:zlib';

import { buildImage } from '../../../src/demo/content.ts';
import { contentsOf } from '../../support/pullers/contents.ts';
import type { RawAnswer } from '../../support/servers/raw-http.ts';
import { page, refusal, withHeaders } from '../../support/servers/odd-registry.ts';
import { ALL, type Expected, isManifestOfApp, NONE, type OddCase, siblings, sound } from '../odd-case.ts';

/** Go takes what Node's parser may refuse: then it could not be told, and never a finding. */
const SOUND_OR_UNTOLD = /^(sound|unknown: [a-z_]+)$/;

function gzipped(answer: RawAnswer): RawAnswer {
  return { ...withHeaders(answer, { 'Content-Encoding': 'gzip' }), body: gzipSync(answer.body) };
}

function isJson(answer: RawAnswer): boolean {
  return answer.status === 200 && answer.headers.some(([, value]) => value.includes('json'));
}

const CODED = buildImage({ seed: 'odd/coded' });

const CODED_BLOBS: readonly (Expected & {
  readonly title: string;
  readonly change: (bytes: Uint8Array) => Uint8Array;
})[] = [
  { title: 'whatever was asked for', change: (bytes) => bytes, pullers: ALL, probe: 'sound' },
  {
    title: 'and are others of the same length',
    change: (bytes) => bytes.with(40, (bytes[40] ?? 0) ^ 1),
    pullers: NONE,
    probe: 'layer/digest_mismatch',
  },
  {
    title: 'and fewer come out',
    change: (bytes) => bytes.subarray(0, -9),
    pullers: NONE,
    probe: 'layer/digest_mismatch',
  },
  {
    title: 'and more come out',
    change: (bytes) => Buffer.concat([bytes, bytes]),
    // Crane does not look behind the size.
    pullers: 'c2- c1- D- S- C+',
    probe: 'layer/digest_mismatch',
  },
];

/** How answers travel, and what stands before a registry. */
export const TRANSPORT: readonly OddCase[] = [
  {
    title: 'manifests and listings come compressed, whatever was asked for',
    stocked: { app: { v1: sound('gzip') }, ...siblings('gzip') },
    quirk: ({ path }, plain) => (isJson(plain) && path !== '/v2/' ? gzipped(plain) : plain),
    tags: { 'app:v1': { pullers: 'c2- c1- D+ S+ C+', probe: 'manifest/unresolvable' } },
  },
  {
    title: 'listings alone come compressed',
    stocked: { app: { v1: sound('gzip-lists') }, ...siblings('gzip-lists') },
    quirk: ({ path }, plain) => (path.endsWith('/tags/list') || path === '/v2/_catalog' ? gzipped(plain) : plain),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  ...CODED_BLOBS.map(({ title, change, pullers, probe }): OddCase => ({
    title: `blobs come compressed, ${title}`,
    stocked: { app: { v1: contentsOf(CODED) }, ...siblings(`coded/${title}`) },
    quirk({ method, path }, plain, { blobs }) {
      const layer = [...blobs.values()].find(({ digest }) => path === `/v2/app/blobs/${digest}`);
      if (layer === undefined) return plain;
      const isIt = layer.digest === CODED.layers[0]?.digest;
      const whole = { ...plain, status: 200, body: isIt ? change(layer.bytes) : layer.bytes };
      return method === 'HEAD' ? plain : gzipped(whole);
    },
    tags: { 'app:v1': { pullers, probe }, 'sibling:v1': { pullers: ALL, probe: 'sound' } },
  })),
  {
    title: 'answers are chunked and have a length besides',
    stocked: { app: { v1: sound('chunked') }, ...siblings('chunked') },
    quirk: ({ method }, plain) =>
      method === 'GET' && plain.status === 200 ? { ...plain, chunked: true, lengths: [plain.body.length] } : plain,
    tags: { 'app:v1': { pullers: ALL, probe: SOUND_OR_UNTOLD } },
  },
  {
    title: 'the same length is named twice',
    stocked: { app: { v1: sound('twice') }, ...siblings('twice') },
    quirk: (_, plain) => ({ ...plain, lengths: [plain.body.length, plain.body.length] }),
    tags: { 'app:v1': { pullers: ALL, probe: SOUND_OR_UNTOLD } },
  },
  {
    title: 'a header has letters beyond ASCII',
    stocked: { app: { v1: sound('letters') }, ...siblings('letters') },
    quirk: (_, plain) => withHeaders(plain, { 'X-Served-By': 'Büro-Köln' }),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'a line of the headers ends as on Unix',
    stocked: { app: { v1: sound('line') }, ...siblings('line') },
    quirk: (_, plain) => withHeaders(plain, { 'X-Bare': 'line\nX-After: it' }),
    tags: { 'app:v1': { pullers: ALL, probe: SOUND_OR_UNTOLD } },
  },
  {
    title: 'there are 20 KiB of headers',
    stocked: { app: { v1: sound('headers') }, ...siblings('headers') },
    quirk: (_, plain) => withHeaders(plain, { 'Content-Security-Policy': 'https://cdn.example.com '.repeat(800) }),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'TLS is met with silence, as by servers that speak plain HTTP alone',
    stocked: { app: { v1: sound('silence') }, ...siblings('silence') },
    toTls: 'silence',
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: '/v2/ itself is not served',
    stocked: { app: { v1: sound('no-root') }, ...siblings('no-root') },
    quirk: ({ path }, plain) => (path === '/v2/' ? page(404, '<html>404 Not Found</html>') : plain),
    tags: { 'app:v1': { pullers: 'c2+ c1+ D+ S- C-', probe: 'sound' } },
  },
  {
    title: '/v2/ is an empty page',
    stocked: { app: { v1: sound('empty-root') }, ...siblings('empty-root') },
    quirk: ({ path }, plain) => (path === '/v2/' ? page(200, '') : plain),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'all JSON but manifests comes as text/html',
    stocked: { app: { v1: sound('html') }, ...siblings('html') },
    quirk: (_, plain) =>
      plain.headers.some(([, value]) => value === 'application/json')
        ? withHeaders(plain, { 'Content-Type': 'text/html; charset=utf-8' })
        : plain,
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'a policy of the registry refuses one image',
    stocked: { app: { v1: sound('policy'), vulnerable: sound('policy/vulnerable') }, ...siblings('policy') },
    quirk({ method, path }, plain, { tags }) {
      const isIt = path.endsWith('/vulnerable') || path.endsWith(tags.get('app:vulnerable') ?? '');
      const words = 'current image with 1 vulnerabilities cannot be pulled due to configured policy';
      return method === 'GET' && isManifestOfApp(path) && isIt ? refusal(412, 'PROJECTPOLICYVIOLATION', words) : plain;
    },
    tags: {
      'app:vulnerable': { pullers: 'c2- c1- D- S- C-', probe: 'blocked' },
      'app:v1': { pullers: ALL, probe: 'sound' },
    },
  },
];
