import { spawnSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readDiffIds } from '../../src/oci/image-config.ts';
import { disagreement, readManifest } from '../../src/oci/manifest.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { toolPath } from '../support/tools/tools.ts';
import { configDocument, manifestDocument } from './documents.ts';

/** What containerd's own decoder makes of a document. */
interface Answer {
  readonly problem: string;
  readonly children: readonly Child[] | null;
  readonly diffIds: readonly string[] | null;
}

interface Child {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls: number;
  readonly fetchable?: boolean;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant: string } | null;
}

/** Of each kind, in each run; another run has others. */
const DOCUMENTS = 4_000;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Of something in it nothing can be fetched, which containerd finds out when it fetches. */
const NOTHING_TO_FETCH = /has no digest|has a digest that is none|has a negative size|carries data/;

function askGo(questions: readonly { readonly type: string; readonly document: Buffer }[]): readonly Answer[] {
  const lines = questions.map(({ type, document }) =>
    JSON.stringify({ Type: type, Document: document.toString('base64') }),
  );
  const { status, stdout, stderr } = spawnSync(toolPath('go-decoder'), {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the decoder ended with ${status}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** What a node would ask for next, or null where it does not take the document. */
function readHere(document: Uint8Array, type: string): readonly Child[] | 'nothing to fetch' | null {
  const manifest = readManifest(document, type);
  if (manifest.kind === 'invalid') return NOTHING_TO_FETCH.test(manifest.problem) ? 'nothing to fetch' : null;
  if (manifest.kind === 'unsupported' || manifest.kind === 'too_much' || disagreement(manifest, type) !== null)
    return null;
  const all = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  return all.map(({ mediaType, digest, size, urls = [], platform }) => ({
    mediaType,
    digest,
    size,
    urls: urls.length,
    platform: platform === undefined ? null : { ...platform, variant: platform.variant ?? '' },
  }));
}

/** A platform without a system or an architecture is none here, and an empty one to containerd. */
function asHere(children: readonly Child[]): readonly Child[] {
  return children.map((child) => ({
    ...child,
    platform: child.platform?.os === '' || child.platform?.architecture === '' ? null : child.platform,
  }));
}

describe(`the decoder of containerd, over ${DOCUMENTS} documents (seed ${seed})`, () => {
  test.each(MANIFEST_TYPES)('takes %s as it is taken here, and reads the same in it', (type) => {
    const documents = fc.sample(manifestDocument, { numRuns: DOCUMENTS, seed });

    const answers = askGo(documents.map((document) => ({ type, document })));

    const different = documents.flatMap((document, index) => {
      const { problem = '', children = null } = answers[index] ?? {};
      const there = problem === '' ? asHere(children ?? []) : null;
      const here = readHere(document, type);
      const isSame =
        here === 'nothing to fetch'
          ? there === null || there.some(({ fetchable }) => !fetchable)
          : sameAs(here, there?.map(withoutVerdict) ?? null);
      return isSame ? [] : [{ document: document.toString('latin1'), here, there: there ?? problem }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    // Documents that are all refused, or all taken, would prove little.
    const taken = answers.filter(({ problem }) => problem === '').length;
    expect(taken).toBeGreaterThan(DOCUMENTS / 20);
    expect(taken).toBeLessThan(DOCUMENTS * 0.95);
  });

  test('takes a config as it is taken here, and reads the same layers in it', () => {
    const documents = fc.sample(configDocument, { numRuns: DOCUMENTS, seed });

    const answers = askGo(documents.map((document) => ({ type: 'config', document })));

    const different = documents.flatMap((document, index) => {
      const { problem = '', diffIds = null } = answers[index] ?? {};
      const there = problem === '' ? (diffIds ?? []) : null;
      const read = readDiffIds(document);
      const here = read.kind === 'value' ? read.value : null;
      return sameAs(here, there) ? [] : [{ document: document.toString('latin1'), here, there: there ?? problem }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    const taken = answers.filter(({ problem }) => problem === '').length;
    expect(taken).toBeGreaterThan(DOCUMENTS / 20);
    expect(taken).toBeLessThan(DOCUMENTS * 0.95);
  });
});

function withoutVerdict({ mediaType, digest, size, urls, platform }: Child): Child {
  return { mediaType, digest, size, urls, platform };
}

function sameAs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
