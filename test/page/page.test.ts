import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { PagedAlert } from '../support/servers/webhook.ts';
import { app } from '../support/reg-fixture.ts';
import { startScene, STALE_AFTER_SECONDS, type Scene } from './scene.ts';

/** What is this old is stale, without a wait for it. */
const TOO_OLD = STALE_AFTER_SECONDS + 5;
/** What is this old is not stale yet, and is before the test is over; until then the registry has to go down. */
const SOON_TOO_OLD = STALE_AFTER_SECONDS - 60;
const LONG_MS = STALE_AFTER_SECONDS * 1000;

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());

function alertsNamed(alerts: readonly PagedAlert[], registry: string): PagedAlert {
  const found = alerts.find(({ labels }) => labels['registry'] === registry);
  if (found === undefined) throw new Error(`no alert of ${registry}`);
  return found;
}

// One story: each step begins where the one before it ended.
describe('from damage to the page', () => {
  test('a sound registry pages nobody', async () => {
    expect(await scene.walk('prod')).toBe(0);
    expect(await scene.walk('stage')).toBe(0);
    await scene.prometheus.scraped();
    await scene.prometheus.untilAny('registry_integrity_last_run_success{registry="prod"} == 1');

    expect(scene.webhook.pages).toEqual([]);
  });

  test('a lost image pages with its tag, what is lost and what to do', async () => {
    const damagedAt = performance.now();
    await scene.damage.remove(scene.damage.revision(app.repository, app.arm64.manifest.digest));

    expect(await scene.walk('prod')).toBe(0);
    const page = await scene.webhook.page({
      alertname: 'RegistryManifestIntegrityFailure',
      registry: 'prod',
      status: 'firing',
    });

    const seconds = ((performance.now() - damagedAt) / 1000).toFixed(1);
    console.log(`The page came ${seconds} s after the damage:\n${JSON.stringify(page, null, 2)}`);
    expect(page.receiver).toBe('pager');
    expect(page.alerts).toHaveLength(1);
    const { labels, annotations } = alertsNamed(page.alerts, 'prod');
    expect(labels).toEqual({
      alertname: 'RegistryManifestIntegrityFailure',
      job: scene.job,
      namespace: 'monitoring',
      registry: 'prod',
      repository: app.repository,
      severity: 'critical',
    });
    expect(annotations['summary']).toBe(`${scene.registry.url.host}/${app.repository} would not pull`);
    expect(annotations['description']).toContain(`${app.tag}: linux/arm64 is gone (child missing)`);
    expect(annotations['description']).toContain('kubectl -n monitoring logs ');
    expect(annotations['runbook_url']).toBe('https://docs.example.com/runbooks/RegistryManifestIntegrityFailure.md');
  });

  test('the repair resolves it at the next walk', async () => {
    await scene.damage.repair();

    expect(await scene.walk('prod', SOON_TOO_OLD)).toBe(0);
    const page = await scene.webhook.page({
      alertname: 'RegistryManifestIntegrityFailure',
      registry: 'prod',
      status: 'resolved',
    });

    expect(page.status).toBe('resolved');
  });

  test('a registry that is down pages for its catalog, and for no image', async () => {
    await scene.registry.stop({ keep: true });

    expect(await scene.walk('prod')).toBe(3);
    const page = await scene.webhook.page({
      alertname: 'RegistryCatalogInaccessible',
      registry: 'prod',
      status: 'firing',
    });

    const { labels, annotations } = alertsNamed(page.alerts, 'prod');
    expect(page.receiver).toBe('pager');
    expect(labels['severity']).toBe('critical');
    expect(annotations['description']).toContain('connection');
    const firing = scene.webhook.pages.filter(({ status }) => status === 'firing');
    expect(firing.map(({ groupLabels }) => groupLabels['alertname'])).toEqual([
      'RegistryManifestIntegrityFailure',
      'RegistryCatalogInaccessible',
    ]);
  });

  test('its catalog mutes its own stale results, and those of no other registry', { timeout: LONG_MS }, async () => {
    // While the last complete walk grows old, the runs go on; only so does the catalog's alert stay.
    expect(await scene.walk('prod')).toBe(3);
    expect(await scene.walk('stage', TOO_OLD)).toBe(0);
    const firing = 'ALERTS{alertname="RegistryIntegrityProbeStale",registry="prod",alertstate="firing"}';
    await scene.prometheus.untilAny(firing, LONG_MS);
    const page = await scene.webhook.page({
      alertname: 'RegistryIntegrityProbeStale',
      registry: 'stage',
      status: 'firing',
    });

    expect(page.receiver).toBe('chat');
    await expect.poll(() => scene.suppressed()).toEqual(['RegistryIntegrityProbeStale prod']);
    expect(scene.webhook.pages.map(({ groupLabels }) => groupLabels)).not.toContainEqual(
      expect.objectContaining({ alertname: 'RegistryIntegrityProbeStale', registry: 'prod' }),
    );
  });

  test('a probe that runs no more is stale, whatever it saw last', async () => {
    expect(await scene.walk('prod', TOO_OLD)).toBe(3);
    const page = await scene.webhook.page({
      alertname: 'RegistryIntegrityProbeStale',
      registry: 'prod',
      status: 'firing',
    });

    expect(page.receiver).toBe('chat');
    expect(alertsNamed(page.alerts, 'prod').labels).toMatchObject({ cause: 'overdue', severity: 'warning' });
    await scene.webhook.page({ alertname: 'RegistryCatalogInaccessible', registry: 'prod', status: 'resolved' });
  });
});
