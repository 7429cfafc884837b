import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { probe, runFlags } from '../support/probe.ts';
import { attempt } from '../support/pullers/puller.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type RunningPulp, startPulp } from '../support/servers/pulp.ts';
import { toolPath } from '../support/tools/tools.ts';
import { kinds } from './damage.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const config = app.arm64.config.digest;

/** To fill it takes as long as to start it, so that all tests have the same one, and put back what they take away. */
let pulp: RunningPulp;
beforeAll(async () => {
  pulp = await startPulp();
  const { authorization } = pulp;
  for (const { repository, tag, content } of [app, single]) {
    await push(pulp.url, repository, tag, content, { authorization });
  }
  return () => pulp.stop();
}, 300_000);

/** What is left of a blob, until the end of the test; null for nothing. */
async function leave(digest: string, bytes: number | null): Promise<void> {
  const path = pulp.blob(digest);
  const whole = await readFile(path);
  onTestFinished(() => writeFile(path, whole));
  if (bytes === null) await rm(path);
  else await writeFile(path, whole.subarray(0, bytes));
}

async function pulls(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'pulled-'));
  const source = `docker://${pulp.url.host}/${app.repository}:${app.tag}`;
  const how = ['--insecure-policy', 'copy', '--quiet', '--all', '--src-tls-verify=false', '--retry-times=0'];
  try {
    return (await attempt(toolPath('skopeo'), [...how, source, `dir:${folder}`], { HOME: folder })).ok;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('pulp', { timeout: 180_000 }, () => {
  test('is sound, and everything in it is counted and can be pulled', async () => {
    const { code, registry: report } = await probe([...runFlags(pulp.url), '--blob-check', 'full']);

    expect(report()).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
    expect(report().counts).toMatchObject({ repositories: 2, tags: 2, indexes: 1, manifests: 4, blobs: 11 });
    expect([code, await pulls()]).toEqual([0, true]);
  });

  test.each([
    ['gone', null, 'unreadable'],
    ['cut short', 20, 'size_mismatch'],
  ] as const)(
    'has a config and a layer that are %s: both are found, and it cannot be pulled',
    async (_, left, fault) => {
      await leave(config, left);
      await leave(layer, left);

      const run = await probe(runFlags(pulp.url));
      const verify = await probe(['verify', `${pulp.url.host}/${app.repository}:${app.tag}`]);

      expect(kinds(run)).toEqual([`config/${fault} ${config}`, `layer/${fault} ${layer}`]);
      expect(run.registry()).toMatchObject({ complete: true, unknowns: [] });
      expect([verify.code, await pulls()]).toEqual([1, false]);
    },
  );
});
