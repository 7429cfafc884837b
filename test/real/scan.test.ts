import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { blobDirectory, layerLink, revisionLink } from '../../src/storage/paths.ts';
import { createTree, type TestTree } from '../storage/tree.ts';
import { probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const child = app.arm64.manifest.digest;

let gateway: RunningPushgateway;
beforeAll(async () => void (gateway = await startPushgateway()));
afterAll(() => gateway.stop());

async function stocked(): Promise<TestTree> {
  const tree = await createTree();
  await tree.put('app', 'v1', app.content);
  await tree.put('single', 'v1', single.content);
  return tree;
}

/** Several registries below one directory, each with the same content. */
async function collection(...names: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const { top } = await stocked();
  for (const name of names) await cp(top, join(folder, name), { recursive: true });
  return folder;
}

describe('scan', () => {
  test('pushes its numbers under a job of its own, which forget takes off with the others', async () => {
    const { top, root } = await stocked();
    await rm(join(root, layerLink('app', layer)));
    const flags = ['--registry-name', 'pushed', '--pushgateway', gateway.url.origin];

    const { code } = await probe(['scan', top, ...flags]);
    const pushed = (await gateway.metrics()).split('\n').filter((line) => line.includes('registry="pushed"'));
    const forgotten = await probe(['forget', '--pushgateway', gateway.url.origin]);

    expect(code).toBe(1);
    const group = 'instance="",job="registry-integrity-probe-storage"';
    expect(pushed).toContain(
      `registry_integrity_storage_failures{fault="missing",${group},object="layer",registry="pushed"} 1`,
    );
    expect(pushed).toContain(`registry_integrity_storage_unreachable_bytes{${group},registry="pushed"} 0`);
    expect(pushed.filter((line) => line.startsWith('registry_integrity_') && !line.includes('_storage_'))).toEqual([]);
    expect(forgotten.stdout).toContain('registry="pushed"');
    expect(await gateway.metrics()).not.toContain('registry="pushed"');
  });

  test('an incomplete scan replaces no number that it did not measure', async () => {
    const { top, root } = await stocked();
    const flags = ['--registry-name', 'partial', '--pushgateway', gateway.url.origin];
    await probe(['scan', top, ...flags]);
    const before = (await gateway.metrics()).split('\n').filter((line) => line.includes('"partial"'));
    await rename(join(root, blobDirectory(layer)), `${top}-outside`);
    await symlink(`${top}-outside`, join(root, blobDirectory(layer)));

    const { code, stdout } = await probe(['scan', top, ...flags, '--before-gc']);

    const after = (await gateway.metrics()).split('\n').filter((line) => line.includes('"partial"'));
    const kept = (lines: readonly string[]): unknown =>
      lines.filter((line) => /last_success|storage_failures/.test(line));
    expect(code).toBe(3);
    expect(stdout).toContain('COULD NOT TELL');
    expect(stdout).toContain('Check that this directory is the storage that is meant');
    expect(stdout).not.toContain('garbage collection would'); // What was not seen may need what nothing else does.
    expect(kept(after)).toEqual(kept(before));
    expect(kept(before)).not.toEqual([]);
  });

  test('several registries below one directory are told apart, each as what it is', async () => {
    const folder = await collection('private', 'hub-cache');
    for (const name of ['private', 'hub-cache']) {
      await rm(join(folder, name, 'docker/registry/v2', revisionLink('app', child)));
    }

    const { code, report, stderr } = await probe([
      'scan',
      folder,
      '--output',
      'json',
      '--kind',
      '*-cache=pull-through',
      '--kind',
      'nothing-*=pull-through',
    ]);

    expect(code).toBe(1);
    expect(
      report().registries.map(({ name, verdict, findings, storage }) => [
        name,
        storage?.kind,
        verdict,
        findings.length,
      ]),
    ).toEqual([
      ['hub-cache', 'pull-through', 'sound', 0],
      ['private', 'private', 'broken', 1],
    ]);
    expect(stderr).toContain('"pattern":"nothing-*"');
  });

  test.each([
    {
      title: 'two names that come out the same',
      names: ['a.b', 'a-b'],
      flags: [],
      problem: "would both be called 'a-b'",
    },
    {
      title: 'one name for two',
      names: ['a', 'b'],
      flags: ['--registry-name', 'x'],
      problem: "'x' names one registry",
    },
    {
      title: 'one address for two',
      names: ['a', 'b'],
      flags: ['--registry-url', 'http://127.0.0.1:1'],
      problem: '--registry-url: is the address of one registry',
    },
  ])('$title is refused before anything is read', async ({ names, flags, problem }) => {
    const { code, stderr, stdout } = await probe(['scan', await collection(...names), ...flags]);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
  });

  test('a directory without a storage is refused with a reason', async () => {
    const { code, stderr } = await probe(['scan', await temporaryFolder()]);

    expect(code).toBe(2);
    expect(stderr).toMatch(
      /no registry's storage: there is no docker\/registry\/v2 in it, above it or one level below$/m,
    );
  });

  test('since when something is broken is kept, and apart from what runs keep', async () => {
    const { top, root } = await stocked();
    await rm(join(root, layerLink('app', layer)));
    const state = join(await temporaryFolder(), 'state.json');

    const first = await probe(['scan', top, '--output', 'json', '--state', state]);
    const second = await probe(['scan', top, '--output', 'json', '--state', state]);

    const seen = second.registry().findings[0]?.firstSeen;
    expect(seen).toBe(first.registry().findings[0]?.firstSeen);
    expect(seen).toBeDefined();
    expect(await readFile(state, 'utf8')).toContain('storage/storage ');
  });

  test('findings are data where that is set, and metrics go into a file', async () => {
    const { top, root } = await stocked();
    await rm(join(root, layerLink('app', layer)));
    const file = join(await temporaryFolder(), 'metrics.prom');

    const { code } = await probe(['scan', top, '--metrics-file', file], { PROBE_SCAN_FAIL_ON_FINDINGS: 'false' });

    expect(code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(
      'registry_integrity_storage_failures{job="registry-integrity-probe-storage",registry="storage",object="layer",fault="missing"} 1',
    );
  });

  test('what a garbage collection would break is a finding for whoever asks before it', async () => {
    const { top } = await stocked();

    const harmless = await probe(['scan', top, '--output', 'json', '--before-gc']);
    const harmful = await probe(['scan', top, '--output', 'json', '--before-gc', '--delete-untagged']);
    const later = await probe([
      'scan',
      top,
      '--output',
      'json',
      '--before-gc',
      '--delete-untagged',
      '--registry-version',
      '3',
    ]);

    expect([harmless.code, harmful.code, later.code]).toEqual([0, 1, 0]);
    expect(harmful.registry().storage?.collection).toMatchObject({ manifests: 3, breaks: 3 });
    expect(harmful.registry()).toMatchObject({ verdict: 'sound', findings: [] });
    expect(later.registry().storage?.collection).toMatchObject({ manifests: 0, breaks: 0 });
  });

  test('a repository that is nothing but uploads is no finding', async () => {
    const { top, root } = await stocked();
    await mkdir(join(root, 'repositories/half/_uploads/1234'), { recursive: true });

    const run = await probe(['scan', top, '--output', 'json']);

    expect(run.code).toBe(0);
    expect(run.registry().storage?.contents?.repositories).toBe(3);
  });
});
