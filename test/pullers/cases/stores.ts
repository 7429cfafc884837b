import { buildImage, buildIndex } from '../../../src/demo/content.ts';
import { buildLayer } from '../../../src/demo/layer.ts';
import type { Sealed } from '../../../src/demo/sealed.ts';
import { contentsOf } from '../../support/pullers/contents.ts';
import { type Quirk, refusal, type Stocked } from '../../support/servers/odd-registry.ts';
import type { RawAnswer } from '../../support/servers/raw-http.ts';
import { ALL, NONE, type OddCase, siblings, sound } from '../odd-case.ts';
import { digestsOfAppAreGone } from './heads.ts';

/** The registry no longer has these. */
export function lose(gone: readonly Sealed[]): Quirk {
  return ({ path }, plain) =>
    gone.some(({ digest }) => path.endsWith(digest)) ? refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry') : plain;
}

const DENIED: RawAnswer = {
  status: 403,
  headers: [['Content-Type', 'application/xml']],
  body: new TextEncoder().encode('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
};

const one = buildImage({ seed: 'odd/store', layers: 3 });
const [lost] = one.layers.slice(1);
const NOT_BY_TAG_ALONE = 'c2- c1- D- S+ C+';

/** Blobs come from a store that the registry redirects to. */
function redirecting(denied: string): Quirk {
  return ({ path }, plain, { blobs }) => {
    const digest = path.slice(path.lastIndexOf('/') + 1);
    if (path.startsWith('/store/')) {
      const found = [...blobs.values()].find((blob) => blob.digest === digest);
      if (digest === denied || found === undefined) return DENIED;
      return { status: 200, headers: [['Content-Type', 'application/octet-stream']], body: found.bytes };
    }
    if (!path.includes('/blobs/')) return plain;
    return { status: 307, headers: [['Location', `/store/${digest}?X-Amz-Signature=abc`]], body: new Uint8Array() };
  };
}

const LARGE = buildLayer('odd/large', 900_000);
const large = buildImage({ seed: 'odd/large', layers: [LARGE] });

const amd64 = buildImage({ seed: 'odd/child/amd64' });
const arm64 = buildImage({ seed: 'odd/child/arm64', platform: { os: 'linux', architecture: 'arm64' } });

const OUTAGE = Array.from({ length: 30 }, (_, index) => buildImage({ seed: `odd/outage/${index}` }));
const IN_OUTAGE: Stocked = Object.fromEntries(
  OUTAGE.map((image, index) => [`r${index + 10}`, { v1: contentsOf(image) }]),
);

/** What is behind a registry, and what it does not have any more. */
export const STORES: readonly OddCase[] = [
  {
    title: 'the storage behind a redirect refuses one blob, and sends its siblings',
    stocked: { app: { v1: contentsOf(one), v2: sound('store/2') }, ...siblings('store') },
    quirk: redirecting(lost?.digest ?? ''),
    tags: {
      'app:v1': { pullers: NONE, probe: 'layer/unreadable' },
      'app:v2': { pullers: ALL, probe: 'sound' },
    },
  },
  {
    title: "a blob is the storage's refusal, which the registry hands on",
    stocked: { app: { v1: contentsOf(one) }, ...siblings('handed-on') },
    quirk: ({ path }, plain) => (path.endsWith(lost?.digest ?? '') ? DENIED : plain),
    tags: { 'app:v1': { pullers: NONE, probe: 'layer/unreadable' } },
  },
  {
    title: 'no digest is served, and one image has lost a layer besides',
    stocked: { app: { v1: sound('digest-404/1'), v2: contentsOf(one) }, ...siblings('digest-404/more') },
    quirk: (...asked) => lose(lost === undefined ? [] : [lost])(asked[0], digestsOfAppAreGone()(...asked), asked[2]),
    tags: {
      'app:v1': { pullers: NOT_BY_TAG_ALONE, probe: 'manifest/missing' },
      'app:v2': { pullers: NONE, probe: 'layer/missing manifest/missing' },
      [`app@${one.manifest.digest}`]: { pullers: NONE, probe: 'manifest/missing' },
    },
  },
  {
    title: 'a child is gone by its digest, and a tag brings the same bytes',
    stocked: {
      app: { v1: contentsOf(buildIndex([amd64, arm64])), 'v1-amd64': contentsOf(amd64) },
      ...siblings('child-by-tag'),
    },
    quirk: lose([amd64.manifest]),
    tags: {
      'app:v1': { pullers: NONE, probe: 'child/missing' },
      'app:v1-amd64': { pullers: NOT_BY_TAG_ALONE, probe: 'manifest/missing' },
    },
  },
  {
    title: 'ranges are ignored, and the second half of a layer is gone',
    stocked: { app: { v1: contentsOf(large) }, ...siblings('no-range') },
    quirk({ path }, plain, { blobs }) {
      const found = [...blobs.values()].find(({ digest }) => path.endsWith(`/blobs/${digest}`));
      if (found === undefined) return plain;
      const whole: RawAnswer = { status: 200, headers: plain.headers, body: found.bytes };
      return found.digest === LARGE.digest ? { ...whole, cutAfter: 500_000 } : whole;
    },
    tags: {
      'app:v1': { pullers: NONE, probe: 'layer/unreadable' },
      'sibling:v1': { pullers: ALL, probe: 'sound' },
    },
  },
  {
    title: 'the backend of the layers is down, and says 404 of each',
    stocked: IN_OUTAGE,
    quirk: lose(OUTAGE.flatMap(({ layers }) => layers)),
    tags: { 'r10:v1': { pullers: NONE, probe: 'layer/missing', run: 'suspect' } },
  },
  {
    title: 'HEAD of a blob has the length of a pointer to it',
    stocked: { app: { v1: sound('mounted') }, ...siblings('mounted') },
    quirk: ({ method, path }, plain) =>
      method === 'HEAD' && path.startsWith('/v2/app/blobs/') ? { ...plain, lengths: [82] } : plain,
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
];
