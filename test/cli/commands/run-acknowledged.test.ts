import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';

import { createDemoRegistry } from '../../../src/demo/server.ts';
import { probe } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const REASON = 'is rebuilt when the vendor is back';

/** A registry whose `app:v1` lacks a platform, walked with what is acknowledged. */
async function scene(acknowledged: readonly object[], more: object = {}) {
  const registry = createDemoRegistry({});
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  registry.store.removeManifest(app.repository, app.arm64.manifest.digest);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yaml');
  const metricsFile = join(folder, 'probe.prom');
  await writeFile(config, stringify({ registries: { lab: { url: url.href, acknowledged } }, metricsFile, ...more }));
  const run = (...flags: readonly string[]) => probe(['run', '--config', config, '--output', 'json', ...flags]);
  return { config, metricsFile, run };
}

const KNOWN = { repository: app.repository, until: '2099-12-31', reason: REASON };

describe('a finding that is acknowledged', () => {
  test('is in the report with its date and its reason, and in no number but its own', async () => {
    const { run, metricsFile } = await scene([KNOWN]);

    const ended = await run('--fail-on-findings');

    const { verdict, counts, findings } = ended.registry();
    expect([ended.code, verdict, counts.acknowledged]).toEqual([0, 'sound', 1]);
    expect(findings).toMatchObject([
      { repository: 'app', object: 'child', acknowledged: { until: '2099-12-31', reason: REASON } },
    ]);
    const metrics = await readFile(metricsFile, 'utf8');
    expect(metrics).toMatch(/^registry_integrity_failures_acknowledged\{.*\} 1$/m);
    expect(metrics).not.toMatch(/^registry_integrity_(?:partial_)?failures\{.*\} [1-9]/m);
    expect(metrics).not.toContain('tag_failures{');
  });

  test('is told at the terminal, and in no list of what is broken', async () => {
    const { config } = await scene([KNOWN]);

    const { stdout } = await probe(['run', '--config', config]);

    expect(stdout).toContain(': SOUND\n');
    expect(stdout).toContain('Acknowledged, and in no count: 1 finding\n');
    expect(stdout).toContain(`app:v1: child missing, until 2099-12-31: ${REASON}`);
  });

  test('is a finding again when its day is over, and that is told', async () => {
    const { run } = await scene([{ ...KNOWN, until: '2020-01-01' }]);

    const ended = await run('--fail-on-findings');

    expect([ended.code, ended.registry().verdict, ended.registry().counts.acknowledged]).toEqual([1, 'broken', 0]);
    expect(ended.stderr).toContain('An acknowledgement has ended');
  });
});

describe('an acknowledgement that matches nothing', () => {
  const nothing = { repository: 'another', until: '2099-12-31', reason: REASON };

  test('is told after a walk of everything', async () => {
    const { run } = await scene([KNOWN, nothing]);

    const { stderr } = await run();

    expect(stderr.match(/An acknowledgement matches nothing/g)).toHaveLength(1);
    expect(stderr).toContain('"repository":"another"');
  });

  test.each([
    ['--repository', 'app'],
    ['--tag', 'v*'],
  ])('is not told after a walk of a part, with %s', async (flag, value) => {
    const { run } = await scene([KNOWN, nothing]);

    const { stderr } = await run(flag, value);

    expect(stderr).not.toContain('matches nothing');
  });
});
