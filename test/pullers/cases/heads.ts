import { OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import { page, type Quirk, refusal, withHeaders } from '../../support/servers/odd-registry.ts';
import { ALL, isManifestOfApp, type OddCase, siblings, sound } from '../odd-case.ts';

const NOT_BY_NODES = 'c2- c1- D+ S+ C+';
const UNRESOLVABLE = 'manifest/unresolvable';

/** What a HEAD of a tag says decides whether a node goes on; some pullers never send one. */
export const HEADS: readonly OddCase[] = [
  {
    title: 'every HEAD announces a length of 0, as a reverse proxy without a body to measure does',
    stocked: { app: { v1: sound('length-0') }, ...siblings('length-0') },
    quirk: ({ method }, plain) => (method === 'HEAD' ? { ...plain, lengths: [0] } : plain),
    tags: { 'app:v1': { pullers: NOT_BY_NODES, probe: UNRESOLVABLE } },
  },
  {
    title: 'HEAD of any manifest comes without a type',
    stocked: { app: { v1: sound('no-type') }, ...siblings('no-type') },
    quirk: ({ method, path }, plain) =>
      method === 'HEAD' && path.includes('/manifests/') ? withHeaders(plain, { 'Content-Type': '' }) : plain,
    tags: { 'app:v1': { pullers: 'c2- c1- D- S+ C+', probe: UNRESOLVABLE } },
  },
  {
    title: 'HEAD comes without a type in one repository',
    stocked: { app: { v1: sound('no-type-here') }, ...siblings('no-type-here') },
    quirk: headOfApp((plain) => withHeaders(plain, { 'Content-Type': '' })),
    tags: {
      'app:v1': { pullers: 'c2- c1- D- S+ C+', probe: UNRESOLVABLE },
      'sibling:v1': { pullers: ALL, probe: 'sound' },
    },
  },
  ...[403, 404].map((status): OddCase => ({
    title: `HEAD of a manifest is answered ${status}, and GET is fine`,
    stocked: { app: { v1: sound(`head-${status}`) }, ...siblings(`head-${status}`) },
    quirk: headOfApp(() => refusal(status, status === 403 ? 'DENIED' : 'MANIFEST_UNKNOWN')),
    tags: { 'app:v1': { pullers: NOT_BY_NODES, probe: UNRESOLVABLE } },
  })),
  {
    title: 'HEAD of a manifest is not allowed, and GET is fine',
    stocked: { app: { v1: sound('head-405') }, ...siblings('head-405') },
    quirk: headOfApp(() => page(405, '')),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'HEAD announces the length of another manifest',
    stocked: { app: { v1: sound('other-length') }, ...siblings('other-length') },
    quirk: ({ method, path }, plain) =>
      method === 'HEAD' && path === '/v2/app/manifests/v1' ? { ...plain, lengths: [8518] } : plain,
    tags: { 'app:v1': { pullers: NOT_BY_NODES, probe: UNRESOLVABLE } },
  },
  {
    title: 'HEAD names no length, so that the tag is read',
    stocked: { app: { v1: sound('no-length') }, ...siblings('no-length') },
    quirk: headOfApp((plain) => ({ ...plain, lengths: [] })),
    tags: { 'app:v1': { pullers: 'c2+ c1+ D- S+ C+', probe: 'sound' } },
  },
  {
    title: 'no answer names the digest, so that the tag is read and hashed',
    stocked: { app: { v1: sound('no-digest') }, ...siblings('no-digest') },
    quirk: (_, plain) => withHeaders(plain, { 'Docker-Content-Digest': '' }),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'the type has a parameter',
    stocked: { app: { v1: sound('parameter') }, ...siblings('parameter') },
    quirk: (request, plain) =>
      isManifestOfApp(request.path) ? withHeaders(plain, { 'Content-Type': `${OCI_MANIFEST}; charset=utf-8` }) : plain,
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'the tag is served, its digest is not',
    stocked: { app: { v1: sound('digest-404') }, ...siblings('digest-404') },
    quirk: digestsOfAppAreGone(),
    tags: { 'app:v1': { pullers: 'c2- c1- D- S+ C+', probe: 'manifest/missing' } },
  },
];

function headOfApp(change: (plain: Parameters<Quirk>[1]) => ReturnType<Quirk>): Quirk {
  return ({ method, path }, plain) => (method === 'HEAD' && isManifestOfApp(path) ? change(plain) : plain);
}

/** Tags and digests are separate objects there, and one kind of them is lost. */
export function digestsOfAppAreGone(): Quirk {
  return ({ path }, plain) =>
    path.startsWith('/v2/app/manifests/sha256:') ? refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown') : plain;
}
