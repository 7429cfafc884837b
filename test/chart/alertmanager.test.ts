import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { CHART } from '../support/chart.ts';
import { type KnownAlert, type RunningAlertmanager, startAlertmanager } from '../support/servers/alertmanager.ts';
import { toolPath } from '../support/tools/tools.ts';

const FILE = join(CHART, 'files', 'alertmanager.yaml');
const CATALOG = 'RegistryCatalogInaccessible';
const STALE = 'RegistryIntegrityProbeStale';
const PATIENCE_MS = 20_000;
const FAILURE = 'RegistryManifestIntegrityFailure';

type Labels = Readonly<Record<string, string>>;

function amtool(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout } = spawnSync(toolPath('amtool'), args, { encoding: 'utf8' });
  return { code: status, output: stdout.trim() };
}

async function start(): Promise<RunningAlertmanager> {
  const alertmanager = await startAlertmanager({ config: readFileSync(FILE, 'utf8') });
  onTestFinished(() => alertmanager.stop());
  return alertmanager;
}

/** What an alert of a release's registry has for labels. */
function labels(alertname: string, registry: string, more: Labels = {}): Labels {
  return { alertname, registry, job: 'registry-integrity-probe', ...more };
}

/** The states of all alerts by name, registry and what else tells them apart. */
async function statesOf(alertmanager: RunningAlertmanager): Promise<Readonly<Record<string, string>>> {
  const known = await alertmanager.alerts();
  return Object.fromEntries(known.map((alert) => [nameOf(alert), alert.status.state]));
}

/** Alertmanager looks at alerts and inhibitions one after the other. */
async function expectStates(
  alertmanager: RunningAlertmanager,
  states: Readonly<Record<string, string>>,
): Promise<void> {
  await expect.poll(() => statesOf(alertmanager), { timeout: PATIENCE_MS, interval: 20 }).toEqual(states);
}

function nameOf({ labels: { alertname, registry, job, cluster } }: KnownAlert): string {
  return [alertname, registry, job === 'registry-integrity-probe' ? undefined : job, cluster]
    .filter((part) => part !== undefined)
    .join(' ');
}

describe('the example of a configuration', () => {
  test('Alertmanager takes it', () => {
    const { code, output } = amtool('check-config', FILE);

    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  test.each([
    { severity: 'critical', receiver: 'pager' },
    { severity: 'warning', receiver: 'chat' },
    { severity: 'info', receiver: 'chat' },
  ])('$severity goes to the $receiver', ({ severity, receiver }) => {
    const { output } = amtool(
      'config',
      'routes',
      'test',
      `--config.file=${FILE}`,
      `severity=${severity}`,
      `alertname=${FAILURE}`,
    );

    expect(output).toBe(receiver);
  });

  test('a catalog that is inaccessible mutes Stale of that registry, and nothing else', async () => {
    const alertmanager = await start();

    await alertmanager.post(
      [
        labels(CATALOG, 'prod', { severity: 'critical' }),
        labels(STALE, 'prod', { severity: 'warning', cause: 'overdue' }),
        labels(STALE, 'stage', { severity: 'warning', cause: 'overdue' }),
        labels(FAILURE, 'prod', { severity: 'critical' }),
        labels(STALE, 'prod', { severity: 'warning', cause: 'absent', job: 'other-release' }),
        labels(STALE, 'prod', { severity: 'warning', cause: 'overdue', cluster: 'us-1' }),
      ].map((one) => ({ labels: one })),
    );

    await expectStates(alertmanager, {
      [`${CATALOG} prod`]: 'active',
      [`${STALE} prod`]: 'suppressed',
      [`${STALE} stage`]: 'active',
      [`${FAILURE} prod`]: 'active',
      [`${STALE} prod other-release`]: 'active',
      [`${STALE} prod us-1`]: 'active',
    });
  });

  test('Stale mutes nothing: the last findings that are known stay a page', async () => {
    const alertmanager = await start();

    await alertmanager.post(
      [labels(STALE, 'prod', { severity: 'warning' }), labels(FAILURE, 'prod', { severity: 'critical' })].map(
        (one) => ({
          labels: one,
        }),
      ),
    );

    await expectStates(alertmanager, { [`${STALE} prod`]: 'active', [`${FAILURE} prod`]: 'active' });
  });

  test('Stale is heard again when the catalog alert has ended', async () => {
    const alertmanager = await start();
    const catalog = { labels: labels(CATALOG, 'prod', { severity: 'critical' }) };
    await alertmanager.post([catalog, { labels: labels(STALE, 'prod', { severity: 'warning' }) }]);
    await expectStates(alertmanager, { [`${CATALOG} prod`]: 'active', [`${STALE} prod`]: 'suppressed' });

    await alertmanager.post([{ ...catalog, endsAt: new Date().toISOString() }]);

    await expectStates(alertmanager, { [`${STALE} prod`]: 'active' });
  });
});
