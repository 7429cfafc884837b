import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createAdviser } from '../../src/report/advice.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { damageOf } from '../real/damage.ts';
import { layer } from '../report/samples.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startContainerd } from '../support/pullers/containerd.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';

const ROOT = app.content.manifest.digest;

/** The commands that a report has for what a node holds, in their order. */
function commandsFor(registry: DockerRegistry, found: Partial<Finding>): readonly string[] {
  const image = `${registry.url.host}/app@${ROOT}`;
  const node = { kind: 'node', where: 'worker-1', platform: 'linux/amd64', image } as const;
  const finding = layer({ repository: 'app', tags: ['v1'], ...found, copies: [node] });
  const { hint } = createAdviser({ findings: [finding], url: registry.url.href, suspect: false })(finding);
  return [...hint.matchAll(/run `([^`]+)`/g)].map(([, command = '']) => command);
}

/** A registry of which a node has pulled an image, and somebody at a shell on that node. */
async function start(series: '1' | '2', program: 'docker-registry' | 'registry') {
  const registry = await startStocked([app, single], { program });
  onTestFinished(() => registry.stop());
  const node = await startContainerd(series);
  onTestFinished(() => node.stop());
  expect(await node.hold(`${registry.url.host}/app@${ROOT}`)).toMatchObject({ ok: true });
  const folder = await temporaryFolder();
  const programs = [series === '1' ? 'ctr' : 'ctr 2', 'regctl'] as const;
  const path = [...programs.map((name) => dirname(toolPath(name))), process.env['PATH']].join(delimiter);
  const env = { PATH: path, HOME: folder, CONTAINERD_ADDRESS: node.socket };
  return {
    registry,
    find: async () => (await probe(runFlags(registry.url))).registry().findings,
    /** As it is printed. */
    type: (command: string) => promisify(execFile)('sh', ['-c', command], { cwd: folder, env }),
  };
}

describe.each(['1', '2'] as const)('what a node with containerd %s holds', (series) => {
  test.each([
    ['a layer', 'docker-registry', 'layer', app.amd64.layers[0]],
    ['a config', 'docker-registry', 'config', app.amd64.config],
    ['a layer', 'registry', 'layer', app.amd64.layers[0]],
  ] as const)('brings back %s of a %s by the printed commands', async (_, program, object, part) => {
    const { registry, find, type } = await start(series, program);
    const digest = part?.digest ?? '';
    const damage = await damageOf(registry);
    await damage.remove(damage.blob(digest));
    await registry.restart();
    expect(await find()).toMatchObject([{ repository: 'app', object, digest, fault: 'missing' }]);

    const [exporting = '', putting = '', ...others] = commandsFor(registry, { object, digest });
    expect([exporting.split(' ')[0], putting.split(' ')[0], others]).toEqual(['ctr', 'tar', []]);
    await type(exporting);
    await type(putting);

    expect(await find()).toEqual([]);
    await registry.restart();
    expect(await find()).toEqual([]);
  });

  test('is not mistaken for what it does not hold', async () => {
    const { registry, type } = await start(series, 'docker-registry');
    const other = app.arm64.layers[0]?.digest ?? '';

    const [exporting = '', putting = ''] = commandsFor(registry, { digest: other });
    await type(exporting);

    await expect(type(putting)).rejects.toThrow(/Not found in archive[^]*digest|digest[^]*Not found in archive/i);
  });
});
