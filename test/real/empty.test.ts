import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { ask } from '../support/ask.ts';
import { readMetrics } from '../support/shown.ts';
import { probe, runFlags } from '../support/probe.ts';
import { pushBlob } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a registry without a repository', () => {
  test('counts as inaccessible: a lost volume and a wrong backend look the same', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const file = join(await temporaryFolder(), 'probe.prom');

    const run = await probe([...runFlags(registry.url), '--metrics-file', file]);

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, complete: false, verdict: 'unknown' });
    expect(run.registry().unknowns).toEqual([
      {
        repository: null,
        reference: '_catalog',
        reason: 'protocol',
        detail: expect.stringMatching(/^empty_catalog: /) as string,
      },
    ]);
    const shown = await readMetrics(file);
    expect(shown('catalog_accessible')).toEqual([0]);
    expect(shown('last_run_success')).toEqual([0]);
    expect(shown('failures')).toEqual([]);
    expect(shown('repositories_listed')).toEqual([]);
  });

  test('is sound where it may be empty', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const file = join(await temporaryFolder(), 'probe.prom');

    const run = await probe([...runFlags(registry.url), '--metrics-file', file], { PROBE_ALLOW_EMPTY_CATALOG: 'true' });

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ catalogAccessible: true, complete: true, verdict: 'sound', unknowns: [] });
    const shown = await readMetrics(file);
    expect(shown('catalog_accessible')).toEqual([1]);
    expect(shown('last_run_success')).toEqual([1]);
    expect(shown('repositories_listed')).toEqual([0]);
  });
});

describe('repositories without a tag', () => {
  test('are listed, counted apart, and no failure: all tags deleted, or pushed in part', async () => {
    const registry = await startStocked([app, { ...single, repository: 'cleaned' }]);
    onTestFinished(() => registry.stop());
    const digest = single.content.manifest.digest;
    const deleted = await ask(registry.url, `/v2/cleaned/manifests/${digest}`, { method: 'DELETE' });
    await pushBlob(registry.url, 'begun', single.content.config);
    const file = join(await temporaryFolder(), 'probe.prom');

    const catalog = await ask(registry.url, '/v2/_catalog');
    const cleaned = await ask(registry.url, '/v2/cleaned/tags/list');
    const begun = await ask(registry.url, '/v2/begun/tags/list');
    const run = await probe([...runFlags(registry.url), '--metrics-file', file]);

    expect(deleted.status).toBe(202);
    expect(JSON.parse(catalog.text)).toEqual({ repositories: ['app', 'begun', 'cleaned'] });
    expect([cleaned.status, JSON.parse(cleaned.text)]).toEqual([200, { name: 'cleaned', tags: null }]);
    expect([begun.status, begun.code]).toEqual([404, 'NAME_UNKNOWN']);
    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound', findings: [], unknowns: [] });
    expect(run.registry().counts).toMatchObject({ repositories: 3, repositoriesEmpty: 2, tags: 1 });
    const shown = await readMetrics(file);
    expect(shown('repositories_empty')).toEqual([2]);
    expect(new Set(shown('failures'))).toEqual(new Set([0]));
  });
});
