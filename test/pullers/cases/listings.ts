import { contentsOf } from '../../support/pullers/contents.ts';
import { buildImage } from '../../../src/demo/content.ts';
import { json, page, type Quirk, refusal, type Stocked } from '../../support/servers/odd-registry.ts';
import type { RawRequest } from '../../support/servers/raw-http.ts';
import { ALL, NONE, type OddCase, siblings, sound } from '../odd-case.ts';
import { lose } from './stores.ts';

/** Of two names a page, each page with a link that names a host which nobody here knows. */
function inPages(path: string, key: 'repositories' | 'tags', names: readonly string[]): Quirk {
  return (request, plain) => {
    if (request.path !== path) return plain;
    const rest = names.filter((name) => name > (request.query.get('last') ?? ''));
    const shown = rest.slice(0, 2);
    const link = `<http://registry.internal.example:9${path}?n=2&last=${shown.at(-1)}>; rel="next"`;
    const headers: [string, string][] = [['Content-Type', 'application/json']];
    if (rest.length > shown.length) headers.push(['Link', link]);
    return json({ [key]: shown, ...(key === 'tags' && { name: 'app' }) }, headers);
  };
}

const broken = buildImage({ seed: 'odd/link/broken', layers: 2 });
const MANY: Stocked = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`r${100 + index}`, { v1: sound(`hundred/${index}`) }]),
);

function isCatalog({ path }: RawRequest): boolean {
  return path === '/v2/_catalog';
}

/** A listing that is cut or refused hides what is not on it: pullers do not list, and tell what is really there. */
export const LISTINGS: readonly OddCase[] = [
  {
    title: 'the catalog has names that are none',
    stocked: { app: { v1: sound('names') }, ...siblings('names') },
    quirk: (request, plain) =>
      isCatalog(request) ? json({ repositories: ['', '@eaDir', 'app (copy)', 'App', 'app', 'sibling'] }) : plain,
    tags: { 'app:v1': { pullers: ALL, probe: 'sound', run: 'skipped: invalid_name' } },
  },
  {
    title: 'the links of the catalog name another host',
    stocked: { one: { v1: sound('link/1') }, other: { v1: sound('link/2') }, third: { v1: contentsOf(broken) } },
    quirk: (...asked) =>
      lose(broken.layers)(
        asked[0],
        inPages('/v2/_catalog', 'repositories', ['one', 'other', 'third'])(...asked),
        asked[2],
      ),
    tags: { 'one:v1': { pullers: ALL, probe: 'sound' }, 'third:v1': { pullers: NONE, probe: 'layer/missing' } },
  },
  {
    title: 'the links of the list of tags name another host',
    stocked: { app: { v1: sound('tags/1'), v2: sound('tags/2'), v3: contentsOf(broken) } },
    quirk: (...asked) =>
      lose(broken.layers)(asked[0], inPages('/v2/app/tags/list', 'tags', ['v1', 'v2', 'v3'])(...asked), asked[2]),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' }, 'app:v3': { pullers: NONE, probe: 'layer/missing' } },
  },
  {
    title: 'a list without a name in it leaves out the key',
    stocked: { app: { v1: sound('no-key') }, empty: {}, ...siblings('no-key') },
    quirk: ({ path }, plain) => (path === '/v2/empty/tags/list' ? json({ name: 'empty' }) : plain),
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  ...[{}, { PROBE_REPOSITORIES_INCLUDE: 'app' }].map((env, index): OddCase => {
    const isNamed = index === 1;
    return {
      title: `a repository is in the catalog, and not known otherwise${isNamed ? ', and somebody named it' : ''}`,
      stocked: { app: { v1: sound('name-unknown') }, ...siblings('name-unknown') },
      quirk: ({ path }, plain) => (path.startsWith('/v2/app/') ? refusal(404, 'NAME_UNKNOWN') : plain),
      env,
      tags: { 'app:v1': { pullers: NONE, probe: 'manifest/missing', run: isNamed ? 'unknown: protocol' : 'sound' } },
    };
  }),
  {
    title: 'the catalog refuses a query that it does not know, and a layer is lost',
    stocked: { app: { v1: contentsOf(broken) }, ...siblings('strict') },
    quirk(request, plain, shelf) {
      const isStrange = [...request.query.keys()].some((key) => key !== 'n' && key !== 'last');
      return isCatalog(request) && isStrange ? page(400, 'invalid query') : lose(broken.layers)(request, plain, shelf);
    },
    tags: {
      'app:v1': { pullers: NONE, probe: 'layer/missing' },
      'sibling:v1': { pullers: ALL, probe: 'sound' },
    },
  },
  {
    title: 'the catalog fails where a size is asked for',
    stocked: { app: { v1: sound('no-paging') }, ...siblings('no-paging') },
    quirk: (request, plain) =>
      isCatalog(request) && [...request.query.keys()].length > 0
        ? page(request.query.has('n') ? 500 : 400, 'pagination not supported')
        : plain,
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'the catalog has exactly 100 names, and fails where it is asked for more',
    stocked: MANY,
    quirk: (request, plain) => (isCatalog(request) && request.query.has('last') ? refusal(500, 'UNKNOWN') : plain),
    tags: { 'r100:v1': { pullers: ALL, probe: 'sound' } },
  },
  {
    title: 'the catalog asks for a password, and everything else for a token',
    stocked: { app: { v1: sound('basic') }, ...siblings('basic') },
    quirk({ path, headers }, plain) {
      if (path === '/service/token') return json({ token: 'T' });
      if (headers.has('authorization')) return plain;
      const host = headers.get('host') ?? '';
      const challenge = isCatalog({ path } as RawRequest)
        ? 'Basic realm="registry"'
        : `Bearer realm="http://${host}/service/token",service="registry"`;
      const refused = refusal(401, 'UNAUTHORIZED');
      return { ...refused, headers: [...refused.headers, ['WWW-Authenticate', challenge]] };
    },
    env: { PROBE_REGISTRY_USERNAME: 'probe', PROBE_REGISTRY_PASSWORD: 'secret' },
    tags: { 'app:v1': { pullers: ALL, probe: 'sound' } },
  },
];
