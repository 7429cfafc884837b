import { request } from 'undici';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { OCI_INDEX } from '../../src/oci/media-types.ts';
import { fight, type FightOptions, type Fought, LIMIT } from '../bounds/arena.ts';
import { DIGEST, lostPart, type LostParts, MANIFESTS, withLostParts } from '../bounds/documents.ts';
import { BUSY_AT_MOST, failuresOf, foundIn, memoryOf } from '../bounds/told.ts';
import { type Damage, damageOf } from '../real/damage.ts';
import { buildBundle } from '../support/image/bundle.ts';
import { pushManifest } from '../support/push.ts';
import { app } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** Comes before whom it attacks. */
const EVIL = 'aaa';
/** What an attacker's documents name, so that they are stored: both a blob and an image. */
const own = buildImage({ seed: 'stored/evil' });
/** In bytes: the largest manifest that the registry takes. */
const LARGEST = 4 * 1024 * 1024;
/** Under which it is stored, each time with another digest. */
const TAGS = 6;
const PATIENCE_MS = 240_000;

/** Those of the documents that distribution 2.8 stores; it reads the others as we do, and answers with an error. */
const STORED: readonly string[] = [
  'objects in an unknown field',
  'annotations',
  'addresses',
  'data in numbers',
  'a platform',
  'features of a platform',
  'a type',
  'a key',
  'escapes',
  'a number',
  'children',
];
const LOST: readonly LostParts[] = [
  { tags: 6, parts: 1_000, object: 'layer' },
  { tags: 10, parts: 5_000, object: 'child', shared: true },
  ...(process.env['ATTACKS'] === 'all'
    ? ([
        { tags: 10, parts: 5_000, object: 'layer', shared: true },
        { tags: 8, parts: 2_000, object: 'child' },
      ] as const)
    : []),
];

let bundle: string;
beforeAll(async () => {
  bundle = (await buildBundle()).path;
});

/** A registry with a loss in `app`, the image of an attacker, and nothing in its caches. */
async function startWithLoss(): Promise<{ readonly registry: DockerRegistry; readonly damage: Damage }> {
  const registry = await startStocked([app, { repository: EVIL, tag: null, content: own }], { cache: 'none' });
  onTestFinished(() => registry.stop());
  const damage = await damageOf(registry);
  await damage.remove(damage.revision(app.repository, app.arm64.manifest.digest));
  return { registry, damage };
}

/** Names what is there in place of what is not, so that a registry takes the document. */
function aboutOwn(document: Uint8Array, digest: string): Buffer {
  return Buffer.from(Buffer.from(document).toString('latin1').replaceAll(DIGEST, digest), 'latin1');
}

/** Pushes the document of an attack, with so many blanks more at its end, and answers with the status. */
async function offer(url: URL, name: string, blanks = 0): Promise<number> {
  const kind = MANIFESTS[name];
  if (kind === undefined) throw new Error(`no document is called ${name}`);
  const there = kind.mediaType === OCI_INDEX ? own.manifest.digest : own.config.digest;
  const document = aboutOwn(kind.bytes(LARGEST - TAGS), there);
  const { statusCode, body } = await request(new URL(`/v2/${EVIL}/manifests/v${blanks}`, url), {
    method: 'PUT',
    headers: { 'content-type': kind.mediaType },
    body: Buffer.concat([document, Buffer.alloc(blanks, ' ')]),
  });
  await body.dump();
  return statusCode;
}

/** Pushes documents whose parts are there while they are pushed, and lost from then on. */
async function pushLost(url: URL, damage: Damage, of: LostParts): Promise<void> {
  const linkOf = (digest: string): string =>
    of.object === 'layer' ? damage.layerLink(EVIL, digest) : damage.revision(EVIL, digest);
  const tags = Array.from({ length: of.tags }, (_, tag) => tag);
  const parts = new Set(tags.flatMap((tag) => Array.from({ length: of.parts }, (_, part) => lostPart(of, tag, part))));
  for (const digest of parts) {
    await damage.write(damage.blob(digest), '.');
    await damage.write(linkOf(digest), digest);
  }
  for (const tag of tags) {
    const { mediaType, bytes } = withLostParts(of, tag);
    await pushManifest(url, EVIL, `v${tag}`, { mediaType, bytes: aboutOwn(bytes, own.config.digest) });
  }
  for (const digest of parts) await damage.remove(linkOf(digest));
}

function attack(registry: DockerRegistry, options: Pick<FightOptions, 'terminateAt'> = {}): Promise<Fought> {
  return fight(() => {}, { ...options, bundle, attacked: registry.url });
}

/** What must hold whatever somebody stored beside what is lost. */
function expectTold(fought: Fought): void {
  expect([0, 3]).toContain(fought.code);
  expect(failuresOf(fought, 'quiet', 'failures')).toBe(1);
  expect(fought.pushes.get('attacked')).toHaveLength(1);
  expect(foundIn(fought, 'attacked', app.repository)).toHaveLength(1);
  expect(memoryOf(fought)).toBeLessThan(LIMIT);
  expect(fought.busyMs).toBeLessThan(BUSY_AT_MOST);
}

describe('a document of the largest size that a registry takes', () => {
  test.each(STORED)(
    '%s: what another repository has lost is told',
    async (name) => {
      const { registry } = await startWithLoss();
      for (let blanks = 0; blanks < TAGS; blanks += 1) expect(await offer(registry.url, name, blanks)).toBe(201);

      expectTold(await attack(registry));
    },
    PATIENCE_MS,
  );

  test(
    'is none of all others that are tried on the embedded one',
    async () => {
      const { registry } = await startWithLoss();
      for (const name of Object.keys(MANIFESTS).filter((other) => !STORED.includes(other))) {
        expect(`${name}: ${await offer(registry.url, name)}`).toMatch(/: (400|500)$/);
      }
    },
    PATIENCE_MS,
  );
});

describe('documents of thousands of parts that a registry has lost', () => {
  test.each(LOST)(
    '$tags tags of $parts $object parts: what another repository has lost is told',
    async (of) => {
      const { registry, damage } = await startWithLoss();
      await pushLost(registry.url, damage, of);

      expectTold(await attack(registry));
    },
    PATIENCE_MS,
  );

  test(
    'hear in the middle of it that they are to end',
    async () => {
      const { registry, damage } = await startWithLoss();
      await pushLost(registry.url, damage, { tags: 6, parts: 1_000, object: 'layer' });

      const fought = await attack(registry, { terminateAt: [3_000] });

      expect([fought.code, fought.signal]).toEqual([3, null]);
      expect(fought.pushes.get('attacked')).toMatchObject([{ method: 'POST' }]);
      expect(fought.busyMs).toBeLessThan(BUSY_AT_MOST);
    },
    PATIENCE_MS,
  );
});
