import { describe, expect, test } from 'vitest';

import { withNodeCopies } from '../../src/cli/node-copies.ts';
import type { ImageHolder } from '../../src/kubernetes/node-images.ts';
import type { RegistryCopy } from '../../src/walk/copy.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { outcome } from '../metrics/outcomes.ts';
import { CHILD, finding, INDEX, layer, LAYER } from '../report/samples.ts';

const HOLDER: ImageHolder = {
  node: 'worker-1',
  platform: 'linux/arm64',
  image: `registry.example.com/team/app@${INDEX}`,
};
const COPY: RegistryCopy = {
  kind: 'registry',
  where: 'mirror',
  url: 'https://mirror.example.com/',
  isOwn: false,
  repository: 'team/app',
  part: 'image',
  digest: INDEX,
};

/** What the findings have after the nodes were asked, and what they were asked for. */
async function asked(findings: readonly Finding[], ...holders: readonly ImageHolder[]) {
  const wanted: string[] = [];
  const whole = outcome();
  const before = { ...whole, result: { ...whole.result, verdict: 'broken' as const, findings } };
  const after = await withNodeCopies(before, (digests) => {
    wanted.push(...digests);
    return Promise.resolve(new Map([[INDEX, holders]]));
  });
  return { wanted, copies: after.result.findings.map(({ copies }) => copies?.map(({ where }) => where)) };
}

describe('withNodeCopies', () => {
  test('names nodes that hold a manifest on the way to what is broken', async () => {
    const { wanted, copies } = await asked([layer(), finding()], HOLDER);

    expect(wanted.toSorted()).toEqual([INDEX, CHILD].toSorted());
    expect(wanted).not.toContain(LAYER);
    expect(copies).toEqual([['worker-1'], ['worker-1']]);
  });

  test('names none for what nodes do not pull, and for what no copy would mend', async () => {
    const signature = finding({ object: 'referrer', platforms: [], path: [INDEX, CHILD], digest: CHILD });
    const part = layer({ platforms: [], attached: { artifactType: null } });
    const useless = [layer({ fault: 'not_unpackable' }), finding({ fault: 'invalid' }), layer({ repository: null })];

    expect(await asked([signature, part, ...useless], HOLDER)).toEqual({
      wanted: [],
      copies: [undefined, undefined, undefined, undefined, undefined],
    });
  });

  test('leaves out nodes of another platform, and takes every variant', async () => {
    const other = { ...HOLDER, node: 'worker-2', platform: 'linux/amd64' };

    expect((await asked([layer()], other)).copies).toEqual([undefined]);
    expect((await asked([layer({ platforms: ['linux/arm64/v8'] })], HOLDER)).copies).toEqual([['worker-1']]);
    expect((await asked([layer({ platforms: [] })], other)).copies).toEqual([['worker-2']]);
  });

  test('puts them after what was found whole, three in all', async () => {
    const many = ['worker-1', 'worker-2', 'worker-3'].map((node) => ({ ...HOLDER, node }));

    const { copies } = await asked([layer({ copies: [COPY] }), layer({ copies: [COPY, COPY, COPY] })], ...many);

    expect(copies).toEqual([
      ['mirror', 'worker-1', 'worker-2'],
      ['mirror', 'mirror', 'mirror'],
    ]);
  });

  test('asks no node where nothing is broken, or nobody asks nodes', async () => {
    expect((await asked([])).wanted).toEqual([]);
    const whole = outcome();
    expect(await withNodeCopies(whole, null)).toBe(whole);
  });
});
