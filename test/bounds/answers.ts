import { answer } from '../../src/demo/answer.ts';
import { buildImage } from '../../src/demo/content.ts';
import { seal } from '../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import type { Ground } from './arena.ts';

const MIB = 1024 * 1024;
const NO_DOCUMENT = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

type Arrange = (ground: Ground) => void;

/** One document of parts that are not there, under so many tags: what is told of it is as long as their product. */
function pushUnderTags(of: {
  readonly tags: number;
  readonly parts: number;
  readonly object: 'layer' | 'child';
}): Arrange {
  return ({ registry }) => {
    const [mediaType, key, partType] =
      of.object === 'layer' ? [OCI_MANIFEST, 'layers', LAYER_TYPE] : [OCI_INDEX, 'manifests', OCI_MANIFEST];
    const parts = Array.from({ length: of.parts }, (_, part) => ({
      mediaType: partType,
      digest: `sha256:${(part + 1).toString(16).padStart(64, '0')}`,
      size: 1,
    }));
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: parts[0]?.digest, size: 1 };
    const document = { schemaVersion: 2, mediaType, ...(of.object === 'layer' ? { config } : {}), [key]: parts };
    const sealed = seal(mediaType, Buffer.from(JSON.stringify(document)));
    for (let tag = 0; tag < of.tags; tag += 1) registry.store.putManifest('evil', `v${tag}`, sealed);
  };
}

/** Nothing but the listing of repositories is odd. */
function list(rewrite: (page: number) => ReturnType<typeof answer>): Arrange {
  return ({ registry }) => {
    let page = 0;
    registry.faults.add({
      when: { kind: 'catalog' },
      action: { kind: 'rewrite', rewrite: () => rewrite((page += 1)) },
    });
  };
}

function pageOf(names: readonly string[], next: string): ReturnType<typeof answer> {
  return answer(200, JSON.stringify({ repositories: names }), { link: `</v2/_catalog?${next}>; rel="next"` });
}

/** Has the registry ask for a token first, of which its token service says this. */
export function askForTokens({ registry, settings }: Ground, said: () => ReturnType<typeof answer>): void {
  settings['auth'] = { username: 'u', password: 'p' };
  registry.faults.add({ when: { kind: 'token' }, action: { kind: 'rewrite', rewrite: said } });
  registry.faults.add({
    when: { predicate: ({ path }) => path !== '/token' },
    action: {
      kind: 'rewrite',
      rewrite: (normal, { headers, headers: { host = '' } }) =>
        headers['authorization'] === undefined
          ? answer(401, '', { 'www-authenticate': `Bearer realm="http://${host}/token",service="s"` })
          : normal,
    },
  });
}

/** So many repositories, each of which has a token of its own. */
function tokensOf(length: number, repositories: number): Arrange {
  return (ground) => {
    const names = Array.from({ length: repositories }, (_, index) => `r${index}`);
    ground.registry.faults.add({
      when: { kind: 'catalog' },
      action: { kind: 'rewrite', rewrite: () => answer(200, JSON.stringify({ repositories: ['app', ...names] })) },
    });
    askForTokens(ground, () => answer(200, JSON.stringify({ token: 't'.repeat(length) })));
  };
}

const MILLION = Array.from({ length: 900_000 }, (_, index) => index.toString(36));

/** One repository of which nothing comes, while time is spent on waiting for it. */
export const SILENCES: Readonly<Record<string, Arrange>> = {
  'manifests that never come': ({ registry, settings, env }) => {
    // Before the other repository, and so many that all of the time is not enough for them.
    for (let tag = 0; tag < 300; tag += 1) registry.store.put('aaa', `v${tag}`, buildImage({ seed: `never/${tag}` }));
    registry.faults.add({ when: { kind: 'manifest', repository: 'aaa' }, action: { kind: 'hang' } });
    settings['timeout'] = '1s';
    env['PROBE_DEADLINE'] = '10s';
  },
};

/** Answers that are long, many, or lead on for ever, and documents of which much is told. */
export const ANSWERS: Readonly<Record<string, Arrange>> = {
  'a manifest of 5,000 lost layers under 2,000 tags': pushUnderTags({ tags: 2_000, parts: 5_000, object: 'layer' }),
  'a manifest of 20 lost layers under 100,000 tags': pushUnderTags({ tags: 100_000, parts: 20, object: 'layer' }),
  'an index of 15,000 lost children under 1,000 tags': pushUnderTags({ tags: 1_000, parts: 15_000, object: 'child' }),
  'pages whose links are long': list((page) => pageOf([`r${page}`], `last=${page}${'x'.repeat(60_000)}`)),
  'pages that bring nothing new after a million names': list((page) =>
    page === 1 ? pageOf(MILLION, 'last=0') : pageOf(['a', `${page % 2}`], `last=${page}`),
  ),
  'links without number': list((page) =>
    answer(200, JSON.stringify({ repositories: [`r${page}`] }), {
      link: `${'</x?>; rel="prev", '.repeat(3_000)}</v2/_catalog?last=${page}>; rel="next"`,
    }),
  ),
  'tokens of 900 KiB': tokensOf(900 * 1024, 5_000),
  'tokens of 4 KiB': tokensOf(4 * 1024, 60_000),
  'a new host behind each redirect': ({ registry }) => {
    for (let tag = 0; tag < 20_000; tag += 1)
      registry.store.putManifest('evil', `v${tag}`, seal(OCI_MANIFEST, Buffer.from(`{"x":${tag}}`)));
    let hosts = 0;
    registry.faults.add({
      when: { kind: 'manifest', repository: 'evil' },
      action: {
        kind: 'redirect',
        to: ({ headers: { host = '' }, path }) => {
          hosts += 1;
          const port = host.split(':')[1] ?? '';
          return `http://127.${1 + (hosts >> 16)}.${(hosts >> 8) & 255}.${hosts & 255}:${port}${path}?to=${hosts}`;
        },
      },
    });
  },
  'challenges without number': ({ registry }) => {
    registry.faults.add({
      when: { kind: 'manifest' },
      action: {
        kind: 'rewrite',
        rewrite: () => answer(401, NO_DOCUMENT, { 'www-authenticate': 'Bearer realm="x", '.repeat(3_000) }),
      },
    });
  },
  'a quoted string without an end': ({ registry }) => {
    registry.faults.add({
      when: { kind: 'manifest' },
      action: {
        kind: 'rewrite',
        rewrite: () => answer(401, NO_DOCUMENT, { 'www-authenticate': `Bearer realm="${'\\'.repeat(60_000)}` }),
      },
    });
  },
  'an error of one line of 32 MiB': ({ registry }) => {
    const body = Buffer.alloc(32 * MIB, 'x ');
    registry.faults.add({
      when: { kind: 'manifest' },
      action: { kind: 'rewrite', rewrite: () => answer(418, body, { 'content-type': 'text/html' }) },
    });
  },
};
