import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { broken, outcome, SOUND, startHostile, untold, type Hostile } from './scene.ts';

const WORDS = 'current image with 1 vulnerabilities cannot be pulled due to configured policy';
const POLICY = {
  kind: 'status',
  status: 412,
  body: JSON.stringify({ errors: [{ code: 'PROJECTPOLICYVIOLATION', message: WORDS }] }),
} as const;

const ROOT = single.content.manifest.digest;

/** Refuses the image `single:v1` by a policy: by name, by digest, or by its digest alone, as where HEAD is let through. */
async function refusing(references: readonly string[], action: typeof POLICY = POLICY): Promise<Hostile> {
  const hostile = await startHostile();
  for (const reference of references) {
    hostile.fail(action, { kind: 'manifest', repository: 'single', reference, method: 'GET' });
  }
  return hostile;
}

describe('a policy of the registry that refuses an image', () => {
  test.each([
    ['wherever it is asked for', ['v1', ROOT]],
    ['where its manifest is read', [ROOT]],
  ])('%s is counted, and spoils neither the verdict nor the walk', async (_, references) => {
    const { run, fail } = await refusing(references);
    if (references.length > 1) fail(POLICY, { kind: 'manifest', repository: 'single', method: 'HEAD' });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry()).toMatchObject({
      complete: true,
      counts: { blocked: 1 },
      blocked: [{ repository: 'single', tags: ['v1'], detail: `GET answered 412 by a policy (Harbor): ${WORDS}` }],
    });
  });

  test('keeps what is below the image from being asked for', async () => {
    const { run, asked } = await refusing([ROOT]);

    await run();

    expect(asked({ kind: 'blob', repository: 'single' })).toEqual([]);
  });

  test('is told with the words of the registry, and that nodes are refused', async () => {
    const { url } = await refusing([ROOT]);

    const { stdout } = await probe(['run', '--registry-url', url.href, '--registry-name', 'lab']);

    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Refused by a policy, to nodes as well: 1');
    expect(text).toContain(`single:v1@${ROOT}: GET answered 412 by a policy (Harbor): current image`);
  });

  test('hides nothing else that is broken', async () => {
    const { run, store } = await refusing([ROOT]);
    store.removeManifest('app', app.arm64.manifest.digest);

    expect(outcome(await run())).toEqual(broken('app:v1 child/missing linux/arm64'));
  });

  test('of one child leaves the other children to be judged', async () => {
    const { run, fail, store } = await startHostile();
    fail(POLICY, { kind: 'manifest', reference: app.arm64.manifest.digest });
    store.removeManifest('app', app.amd64.manifest.digest);

    const done = await run();

    expect(outcome(done)).toEqual(broken('app:v1 child/missing linux/amd64'));
    expect(done.registry().blocked).toMatchObject([{ tags: ['v1'], digest: app.arm64.manifest.digest }]);
  });

  test('is not believed at once: what it lets through when asked again was not refused', async () => {
    const { run, fail } = await startHostile();
    fail(POLICY, { kind: 'manifest', reference: ROOT }, { times: 1 });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ blocked: 0, manifests: 4 });
  });

  test('does not excuse what the registry denies having when it is asked again', async () => {
    const { run, fail, store } = await startHostile();
    fail(POLICY, { kind: 'manifest', reference: ROOT }, { times: 1 });
    store.removeManifest('single', ROOT);

    expect(outcome(await run())).toEqual(broken('single:v1 manifest/missing'));
  });

  test('makes verify tell that nobody can pull it', async () => {
    const { url } = await refusing([ROOT]);

    const done = await probe(['verify', `${url.host}/single:v1`, '--output', 'json']);

    expect(done.code).toBe(3);
    expect(done.registry()).toMatchObject({ verdict: 'unknown', complete: false, counts: { blocked: 1 } });
  });
});

describe('a policy that refuses most of a registry', () => {
  /** That many images, some of which it refuses to hand out. */
  async function manyRefused(all: number, refused: number): Promise<{ hostile: Hostile; roots: readonly string[] }> {
    const hostile = await startHostile({}, []);
    const images = Array.from({ length: all }, (_, index) => buildImage({ seed: `policy/${index}` }));
    images.forEach((image, index) => hostile.store.put(`r${index}`, 'v1', image));
    const roots = images.map(({ manifest }) => manifest.digest);
    for (const reference of roots.slice(0, refused)) {
      hostile.fail(POLICY, { kind: 'manifest', reference, method: 'GET' });
    }
    return { hostile, roots };
  }

  test('and lets one through which is sound, is a sound registry', async () => {
    const { hostile } = await manyRefused(25, 24);

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry()).toMatchObject({ complete: true, counts: { blocked: 24 } });
  });

  test('and lets one through which has lost a layer, hides nothing', async () => {
    const { hostile } = await manyRefused(25, 24);
    const { layers } = buildImage({ seed: 'policy/24' });
    hostile.store.removeBlob('r24', layers[0]?.digest ?? '');

    expect(outcome(await hostile.run())).toEqual(broken('r24:v1 layer/missing'));
  });

  test('is no proof that the store is there: with no good manifest beside it, what is missing is held back', async () => {
    const { hostile, roots } = await manyRefused(25, 24);
    hostile.store.removeManifest('r24', roots[24] ?? '');

    const done = await hostile.run();

    expect(done.registry()).toMatchObject({ verdict: 'suspect', counts: { blocked: 24 } });
    expect(done.code).toBe(3);
  });

  test.each([
    [60, 30, 20, 'suspect'],
    [60, 30, 14, 'broken'],
    [60, 0, 20, 'broken'],
  ] as const)('of %i images, with %i refused and %i gone, is %s', async (all, refused, gone, verdict) => {
    const { hostile, roots } = await manyRefused(all, refused);
    for (let index = all - gone; index < all; index += 1) hostile.store.removeManifest(`r${index}`, roots[index] ?? '');

    const done = await hostile.run();

    expect(done.registry()).toMatchObject({ verdict, counts: { blocked: refused } });
  });

  test('from the middle of the walk on is no outage, and what is broken is found', async () => {
    const { hostile, roots } = await manyRefused(6, 0);
    hostile.store.removeManifest('r5', roots[5] ?? '');
    // What was good when it was asked for is refused when it is asked for again.
    for (const reference of roots.slice(0, 5)) {
      hostile.fail(POLICY, { kind: 'manifest', reference, method: 'GET' }, { after: 1 });
    }

    const done = await hostile.run();

    expect(done.registry().unknowns).toEqual([]);
    expect(outcome(done)).toEqual(broken('r5:v1 manifest/missing'));
  });
});

describe('a refusal that names no policy', () => {
  test('stays forbidden, and the walk incomplete', async () => {
    const body = JSON.stringify({
      errors: [{ code: 'DENIED', message: 'not authorized because no identity-based policy allows it' }],
    });
    const { run, fail } = await startHostile();
    fail({ kind: 'status', status: 403, body }, { kind: 'manifest', reference: ROOT });

    const done = await run();

    expect(outcome(done)).toEqual(untold(`single ${ROOT} forbidden`));
    expect(done.registry().counts.blocked).toBe(0);
  });
});
