import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { allContent } from '../../src/demo/content.ts';
import { ask } from '../support/ask.ts';
import { probe } from '../support/probe.ts';
import { push, pushManifest } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

const CHILDREN = [app.amd64, app.arm64, app.attestation];
const { blobs: BLOBS } = allContent(app.content);

let registry: DockerRegistry;
beforeEach(async () => {
  registry = await startStocked([app, single]);
  onTestFinished(() => registry.stop());
});

function verify(repository: string) {
  return probe(['verify', `${registry.url.host}/${repository}:v1`, '--output', 'json']);
}

/** The status of a HEAD for every blob of the image. */
async function statuses(): Promise<ReadonlySet<number>> {
  const answers = await Promise.all(
    BLOBS.map(({ digest }) => ask(registry.url, `/v2/app/blobs/${digest}`, { method: 'HEAD' })),
  );
  return new Set(answers.map(({ status }) => status));
}

async function pushChildren(): Promise<void> {
  for (const { manifest } of CHILDREN) await pushManifest(registry.url, 'app', manifest.digest, manifest);
}

describe('an image that is rebuilt after its children were collected', () => {
  test('is broken as long as the registry only believes to have its layers, whatever a HEAD says', async () => {
    await registry.garbageCollect(['-m']);
    const collected = await verify('app');
    await pushChildren();

    const heads = await statuses();
    const rebuilt = await verify('app');

    expect(collected.code).toBe(1);
    expect(heads).toEqual(new Set([200]));
    expect(rebuilt.code).toBe(1);
    expect(rebuilt.registry()).toMatchObject({ complete: true, verdict: 'broken' });
    const { findings } = rebuilt.registry();
    expect(findings).toHaveLength(BLOBS.length);
    expect(new Set(findings.map(({ digest }) => digest))).toEqual(new Set(BLOBS.map(({ digest }) => digest)));
    expect(new Set(findings.map(({ fault }) => fault))).toEqual(new Set(['unreadable']));
  });

  test('is sound when the registry was restarted before all of it was pushed again', async () => {
    await registry.garbageCollect(['-m']);
    await pushChildren();
    await registry.restart();

    const restarted = { heads: await statuses(), code: (await verify('app')).code };
    await push(registry.url, app.repository, app.tag, app.content);
    const pushed = await verify('app');

    expect(restarted).toEqual({ heads: new Set([404]), code: 1 });
    expect(pushed.code).toBe(0);
    expect(pushed.registry()).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
  });

  test('leaves an image of a single platform alone', async () => {
    await registry.garbageCollect(['-m']);

    expect((await verify('single')).code).toBe(0);
  });
});

test('a registry that has stopped since an image was verified cannot vouch for it', async () => {
  const before = await verify('app');
  await registry.stop({ keep: true });

  const after = await verify('app');

  expect(before.code).toBe(0);
  expect(after.code).toBe(3);
  expect(after.registry()).toMatchObject({ complete: false, verdict: 'unknown', findings: [] });
  expect(after.registry().unknowns).toMatchObject([{ repository: 'app', reference: 'v1', reason: 'connection' }]);
});
