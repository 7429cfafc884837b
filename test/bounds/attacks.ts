import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { answer } from '../../src/demo/answer.ts';
import { buildImage } from '../../src/demo/content.ts';
import { seal } from '../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { NODE_LIMIT } from '../../src/registry/resolve.ts';
import { startKubeApi } from '../support/servers/kube-api.ts';
import { ANSWERS, askForTokens, SILENCES } from './answers.ts';
import { dense, type LostParts, MANIFEST_TYPES, MANIFESTS, numbered, OCI_CONFIG, withLostParts } from './documents.ts';
import { TENANTS } from './tenants.ts';
import type { Ground } from './arena.ts';

const MIB = 1024 * 1024;
/** Of a listing's page, as the limits page has it. */
const PAGE = 32 * MIB;

/** What somebody does who wants that nothing is told. */
export interface Attack {
  readonly name: string;
  readonly arrange: (ground: Ground) => void | Promise<void>;
  /** It is by one repository, and what another one of the same registry has lost is found and confirmed as well. */
  readonly isFair?: true;
}

/** A manifest of the largest size, under so many tags of one repository, each with a blank more at its end. */
function pushMany({ registry }: Ground, { mediaType, bytes }: (typeof MANIFESTS)[string], tags: number): void {
  const document = bytes(NODE_LIMIT - tags);
  const hash = createHash('sha256').update(document);
  const blanks = new Map<string, number>();
  for (let blank = 0; blank < tags; blank += 1) {
    const digest = `sha256:${hash.copy().update(' '.repeat(blank)).digest('hex')}`;
    blanks.set(digest, blank);
    registry.store.putManifest('evil', `v${blank}`, { mediaType, digest, bytes: Buffer.from('{}') });
  }
  const tagsOf = registry.store.repository('evil')?.tags;
  registry.faults.add({
    when: { kind: 'manifest', repository: 'evil' },
    action: {
      kind: 'rewrite',
      rewrite(_, { reference }) {
        const digest = tagsOf?.get(reference ?? '') ?? reference ?? '';
        const blank = blanks.get(digest);
        if (blank === undefined) return answer(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
        const headers = { 'content-type': mediaType, 'docker-content-digest': digest };
        return answer(200, Buffer.concat([document, Buffer.alloc(blank, ' ')]), headers);
      },
    },
  });
}

function pushLost({ registry }: Ground, of: LostParts): void {
  const { repository = 'evil' } = of;
  const documents = new Map<string, Uint8Array>();
  for (let tag = 0; tag < of.tags; tag += 1) {
    const { mediaType, digest, bytes } = withLostParts(of, tag);
    documents.set(digest, bytes);
    registry.store.putManifest(repository, `v${tag}`, { mediaType, digest, bytes: Buffer.from('{}') });
  }
  const tags = registry.store.repository(repository)?.tags;
  registry.faults.add({
    when: { kind: 'manifest', repository },
    action: {
      kind: 'rewrite',
      rewrite(_, { reference }) {
        const digest = tags?.get(reference ?? '') ?? reference ?? '';
        const document = documents.get(digest);
        if (document === undefined) return answer(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
        return answer(200, document, { 'content-type': MANIFEST_TYPES[of.object], 'docker-content-digest': digest });
      },
    },
  });
}

/** What ended a run where each thing in doubt was held. */
const LOST: Readonly<Record<string, LostParts>> = {
  'lost layers of their own': { tags: 60, parts: 5_000, object: 'layer' },
  'the same lost layers': { tags: 60, parts: 20_000, object: 'layer', shared: true },
  'lost children of their own': { tags: 60, parts: 5_000, object: 'child' },
  'the same lost children': { tags: 60, parts: 20_000, object: 'child', shared: true },
  'the same lost children, of who comes first': {
    tags: 60,
    parts: 20_000,
    object: 'child',
    shared: true,
    repository: 'aaa',
  },
  'lost children of their own, in small indexes of who comes first': {
    tags: 200,
    parts: 1_500,
    object: 'child',
    repository: 'aaa',
  },
};

/** Answers as a list, or a document, of the registry under attack. */
function replace(
  kind: 'catalog' | 'tags' | 'manifest' | 'base',
  body: () => Buffer,
  status = 200,
  headers = {},
): Attack['arrange'] {
  return ({ registry }) => {
    const made = body();
    registry.faults.add({
      when: { kind },
      action: {
        kind: 'rewrite',
        rewrite: () => answer(status, made, { 'content-type': 'application/json', ...headers }),
      },
    });
  };
}

const PAGES: Readonly<Record<string, Attack['arrange']>> = Object.fromEntries(
  (['catalog', 'tags'] as const).flatMap((kind) => {
    const key = kind === 'catalog' ? 'repositories' : 'tags';
    const page = (body: () => Buffer): Attack['arrange'] => replace(kind, body);
    return Object.entries({
      'of one letter each': page(() => dense(`{"${key}":[`, '"a",', '"a"]}', PAGE)),
      'without a letter': page(() => dense(`{"${key}":[`, '"",', '""]}', PAGE)),
      'that differ': page(() => numbered(`{"${key}":[`, (i) => `"${i.toString(36)}",`, '"a"]}', PAGE)),
      'of a megabyte each': page(() => dense(`{"${key}":[`, `"${'a'.repeat(MIB)}",`, '"a"]}', PAGE)),
      'of 30,000 letters each': page(() => dense(`{"${key}":[`, `"${'a/'.repeat(15_000)}",`, '"a"]}', PAGE)),
      'in lists in lists': page(() => dense(`{"${key}":`, '[', '', PAGE)),
      'beside many others': page(() => numbered(`{"${key}":["app"],`, (i) => `"${i}":0,`, '"a":0}', PAGE)),
      'beside objects': page(() => dense(`{"${key}":["app"],"x":[`, '{},', '{}]}', PAGE)),
      'listed twice': page(() => numbered(`{"${key}":["app"]`, () => `,"${key}":["a","b","c","d"]`, '}', PAGE)),
    }).map(([name, arrange]) => [`${kind}: names ${name}`, arrange] as const);
  }),
);

/** Forty images that are unpacked by one config of 8 MiB. */
function useConfig({ registry, settings }: Ground, head: string, item: string, tail: string): void {
  settings['blobCheck'] = 'unpack';
  const config = seal(OCI_CONFIG, dense(head, item, tail, 8 * MIB));
  const { layers } = buildImage({ seed: 'evil' });
  for (const blob of [...layers, config]) registry.store.putBlob('evil', blob);
  for (let tag = 0; tag < 40; tag += 1) {
    const document = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, digest: config.digest, size: config.size },
      layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
      annotations: { tag: `${tag}` },
    };
    registry.store.putManifest('evil', `v${tag}`, seal(OCI_MANIFEST, Buffer.from(JSON.stringify(document))));
  }
}

/** A body that comes coded, and is a thousand times as long when it is decoded. */
function bomb(item: string, times: number): Buffer {
  return gzipSync(Buffer.alloc(item.length * times, item));
}

const OTHERS: Readonly<Record<string, Attack['arrange']>> = {
  'an image of 22,000 lost layers in each of forty repositories': (ground) => {
    ground.settings['concurrency'] = 32;
    for (let index = 0; index < 40; index += 1) {
      pushLost(ground, { tags: 1, parts: 22_000, object: 'layer', repository: `r${index}` });
    }
  },
  'pages of 1000 names, without an end': ({ registry }) => {
    let page = 0;
    registry.faults.add({
      when: { kind: 'catalog' },
      action: {
        kind: 'rewrite',
        rewrite: () => {
          page += 1;
          const names = Array.from({ length: 10_000 }, (_, i) => `${'r'.repeat(240)}${page}-${i}`);
          return answer(200, JSON.stringify({ repositories: names }), {
            link: `</v2/_catalog?last=${page}>; rel="next"`,
          });
        },
      },
    });
  },
  'an error of 4 MiB': replace(
    'manifest',
    () => dense('{"errors":[{"code":"X","detail":[', '{},', '{}]}]}', NODE_LIMIT),
    500,
  ),
  'an error of 4 MiB in place of a list': replace(
    'tags',
    () => dense('{"errors":[{"code":"X","detail":[', '{},', '{}]}]}', NODE_LIMIT),
    400,
  ),
  'an error of lists in lists': replace(
    'manifest',
    () => dense('{"errors":[{"code":"X","detail":', '[', '', NODE_LIMIT),
    404,
  ),
  'an error of 32 MiB in place of the catalog': replace(
    'catalog',
    () => dense('{"errors":[{"code":"X","detail":[', '{},', '{}]}]}', PAGE),
    500,
  ),
  'an error of 32 MiB that says 200': replace(
    'catalog',
    () => dense('{"errors":[{"code":"X","detail":[', '{},', '{}]}]}', PAGE),
    200,
  ),
  'a manifest that is a bomb': ({ registry }) => {
    const body = bomb('{},', (400 * MIB) / 3);
    registry.faults.add({
      when: { kind: 'manifest', method: 'GET' },
      action: {
        kind: 'rewrite',
        rewrite: () => answer(200, body, { 'content-encoding': 'gzip', 'content-type': OCI_MANIFEST }),
      },
    });
  },
  'the config of an image': (ground) =>
    useConfig(
      ground,
      '{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]},"history":[',
      '{},',
      '{}]}',
    ),
  'unpacked diff_ids': (ground) =>
    useConfig(ground, '{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[', '"",', '""]}}'),
  'an answer of the token service': (ground) =>
    askForTokens(ground, () => answer(200, dense('{"token":"t","x":[', '{},', '{}]}', MIB))),
  'the groups of a Pushgateway': (ground) => {
    ground.gateway['registries'] = { quiet: 1, attacked: 1 };
    const body = dense('{"status":"success","data":[', '{},', '{}]}', PAGE);
    ground.onGateway = (_, response) => void response.writeHead(200).end(body);
  },
};

/** A quarter of a megabyte that becomes a quarter of a gigabyte. */
const BOMB = bomb(' ', 256 * MIB);
const DENSE_LIST = dense('{"kind":"PodList","items":[', '{},', '{}]}', PAGE);
const DENSE_STATUS = dense('{"kind":"Status","message":"m","x":[', '{},', '{}]}', PAGE);

async function cluster(ground: Ground, intercept: Awaited<ReturnType<typeof startKubeApi>>['intercept']) {
  const api = await startKubeApi();
  api.intercept = intercept;
  ground.afterwards.push(() => api.stop());
  const folder = process.env['TMPDIR'] ?? '/tmp';
  ground.env['KUBECONFIG'] = await api.kubeconfig(folder);
  ground.others['kubernetes'] = { inUse: true };
}

const CLUSTER: Readonly<Record<string, Attack['arrange']>> = {
  'a compressed list of a cluster': (ground) =>
    cluster(ground, ({ verb }, response) => {
      if (verb !== 'list') return false;
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(BOMB);
      return true;
    }),
  'a dense list of a cluster': (ground) =>
    cluster(ground, ({ verb }, response) => {
      if (verb !== 'list') return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(DENSE_LIST);
      return true;
    }),
  'an error of a cluster': (ground) =>
    cluster(ground, ({ verb }, response) => {
      if (verb !== 'list') return false;
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(DENSE_STATUS);
      return true;
    }),
};

/** All of them, each of which is to change nothing for the other registry. */
const ATTACKS: readonly Attack[] = [
  { name: 'none', arrange: () => {} },
  ...Object.entries(MANIFESTS).map(([name, document]) => ({
    name: `a manifest: ${name}`,
    arrange: (ground: Ground) => pushMany(ground, document, 1),
  })),
  ...['empty layers', 'annotations'].map((name) => ({
    name: `many manifests: ${name}`,
    arrange: (ground: Ground) => {
      const document = MANIFESTS[name];
      ground.settings['concurrency'] = 32;
      if (document !== undefined) pushMany(ground, document, 36);
    },
  })),
  ...Object.entries(LOST).map(([name, of]) => ({
    name: `many manifests: ${name}`,
    arrange: (ground: Ground) => pushLost(ground, of),
    isFair: true as const,
  })),
  ...Object.entries(SILENCES).map(([name, arrange]) => ({ name, arrange, isFair: true as const })),
  ...Object.entries({ ...PAGES, ...OTHERS, ...CLUSTER, ...ANSWERS, ...TENANTS }).map(([name, arrange]) => ({
    name,
    arrange,
  })),
];

const LONG = [
  'many manifests: the same lost children',
  'many manifests: lost layers of their own',
  'a manifest: many lost layers',
  'the config of an image',
  'tags: names that differ',
];

/** One of each kind: those that ended a run before there were bounds, and take a few seconds. */
const FIRST: ReadonlySet<string> = new Set([
  'a manifest: objects in an unknown field',
  'a manifest: zeros as layers',
  'a manifest: empty layers',
  'a manifest: layers of an unknown digest',
  'tags: names of one letter each',
  'catalog: names that differ',
  'an error of 4 MiB',
  'an error of 32 MiB that says 200',
  'manifests that never come',
  'the groups of a Pushgateway',
  'a dense list of a cluster',
]);

/** What keeps a run busy longest, and in the middle of which it is told to end. */
export const LONG_ATTACKS: readonly Attack[] = ATTACKS.filter(({ name }) =>
  (process.env['ATTACKS'] === 'all' ? LONG : LONG.slice(0, 1)).includes(name),
);

/** Those that are tried whenever anything is; all of them are, by hand, with `ATTACKS=all`. */
export const CHOSEN_ATTACKS =
  process.env['ATTACKS'] === 'all' ? ATTACKS : ATTACKS.filter(({ name }) => FIRST.has(name));
