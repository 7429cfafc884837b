import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { Page } from '../support/servers/webhook.ts';
import { startScene, type Scene } from './scene.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';

/** As many repositories as have series of their own, ten more, and one that breaks later. */
const MANY = Array.from({ length: 61 }, (_, index) => `many/${String(index).padStart(2, '0')}`);
const LATER = MANY.slice(60);
const AT_ONCE = MANY.slice(0, 60);

/** So that a walk of so many repositories has time: a Job has half of it, less a minute. */
const LONG_SECONDS = 600;

let scene: Scene;
beforeAll(async () => {
  scene = await startScene(LONG_SECONDS);
  for (const repository of MANY) await push(scene.stage.url, repository, app.tag, app.content);
}, 120_000);
afterAll(() => scene.stop());

function pagesOf(registry: string): readonly Page[] {
  return scene.webhook.pages.filter(
    ({ groupLabels, status }) => groupLabels['registry'] === registry && status === 'firing',
  );
}

function firingIn(page: Page | undefined, label: string): readonly (string | undefined)[] {
  const firing = (page?.alerts ?? []).filter(({ status }) => status === 'firing');
  return firing.map(({ labels }) => labels[label]).filter((value) => value !== undefined);
}

async function loseArm64(repositories: readonly string[]): Promise<void> {
  const { stageDamage } = scene;
  for (const repository of repositories) {
    await stageDamage.remove(stageDamage.revision(repository, app.arm64.manifest.digest));
  }
}

// One story: each step begins where the one before it ended.
describe('one image after the other', () => {
  test('the second is heard, too, in a page of its own', async () => {
    const { damage, webhook, walk } = scene;
    await damage.remove(damage.revision(app.repository, app.arm64.manifest.digest));
    expect(await walk('prod')).toBe(0);
    const first = await webhook.page({ alertname: FAILURE, registry: 'prod', status: 'firing' });

    await damage.remove(damage.revision(single.repository, single.content.manifest.digest));
    expect(await walk('prod')).toBe(0);
    const labels = { repository: single.repository };
    const second = await webhook.page({ alertname: FAILURE, registry: 'prod', status: 'firing', labels });

    console.log(`The page of the second break:\n${JSON.stringify(second, null, 2)}`);
    expect(firingIn(first, 'repository')).toEqual([app.repository]);
    expect(new Set(firingIn(second, 'repository'))).toEqual(new Set([app.repository, single.repository]));
    expect(second.groupLabels).toEqual({ alertname: FAILURE, registry: 'prod' });
  });

  test('a silence for one repository mutes no other', async () => {
    await scene.silence({ alertname: FAILURE, registry: 'prod', repository: app.repository });
    const before = scene.webhook.pages.length;
    await expect.poll(() => scene.suppressed()).toEqual([`${FAILURE} prod`]);

    await push(scene.registry.url, 'third', single.tag, single.content);
    await scene.damage.remove(scene.damage.revision('third', single.content.manifest.digest));
    expect(await scene.walk('prod')).toBe(0);
    await scene.webhook.page({
      alertname: FAILURE,
      registry: 'prod',
      status: 'firing',
      labels: { repository: 'third' },
    });

    const after = scene.webhook.pages.slice(before).filter(({ groupLabels }) => groupLabels['registry'] === 'prod');
    const heard = after.flatMap((page) => firingIn(page, 'repository'));
    expect(heard).toContain('third');
    expect(heard).toContain(single.repository);
    expect(heard).not.toContain(app.repository);
  });
});

describe('a storm', () => {
  test('sixty broken repositories are one page', async () => {
    await loseArm64(AT_ONCE);
    expect(await scene.walk('stage')).toBe(0);
    const page = await scene.webhook.page({ alertname: FAILURE, registry: 'stage', status: 'firing' });
    await scene.prometheus.scraped();

    expect(firingIn(page, 'repository')).toHaveLength(50);
    expect(firingIn(page, 'unnamed')).toEqual(['10']);
    expect(pagesOf('stage')).toHaveLength(1);
  });

  test('the sixty-first is heard', async () => {
    await loseArm64(LATER);
    expect(await scene.walk('stage')).toBe(0);
    const labels = { unnamed: '11' };
    const page = await scene.webhook.page({ alertname: FAILURE, registry: 'stage', status: 'firing', labels });

    expect(firingIn(page, 'repository')).toHaveLength(50);
    expect(firingIn(page, 'unnamed')).toContain('11');
  });
});

describe('a registry that has lost everything', () => {
  test('is heard at once, with both questions, and what was broken before is not taken back', async () => {
    await scene.damage.loseStorage();

    expect(await scene.walk('prod')).toBe(3);
    const labels = { cause: 'lost' };
    const lost = { alertname: 'RegistryCatalogInaccessible', registry: 'prod', status: 'firing', labels } as const;
    const page = await scene.webhook.page(lost);

    console.log(`The page of a lost catalog:\n${JSON.stringify(page, null, 2)}`);
    const told = page.alerts.map(({ annotations }) => annotations);
    expect(page.receiver).toBe('pager');
    expect(told).toHaveLength(1);
    expect(told[0]?.['summary']).toBe('Registry prod has lost all its repositories');
    expect(told[0]?.['description']).toContain('Is the volume of its storage mounted, and is it the right one?');
    expect(told[0]?.['description']).toContain('Has the account of the probe lost its rights?');
    await scene.prometheus.untilAny(
      `ALERTS{alertname="${FAILURE}",registry="prod",repository="third",alertstate="firing"}`,
    );
  });

  test('is well again when its storage is back', async () => {
    await scene.damage.repair();

    expect(await scene.walk('prod')).toBe(0);
    await scene.webhook.page({ alertname: 'RegistryCatalogInaccessible', registry: 'prod', status: 'resolved' });
  });
});
