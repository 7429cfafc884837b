import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';

import { copyAdvice } from '../../src/report/copy-back.ts';
import type { ReportedFinding } from '../../src/report/schema.ts';
import { layer } from '../report/samples.ts';
import { probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked, type Stock } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';
import { damageOf, type Damage } from './damage.ts';

const ROOT = app.content.manifest.digest;
const CHILD = app.arm64.manifest.digest;
const LAYER = app.arm64.layers[0]?.digest ?? '';

/** The same image under another name of the same registry. */
const TWIN: Stock = { ...app, repository: 'team/app' };

interface Loss {
  readonly title: string;
  readonly here: readonly Stock[];
  readonly lose: (damage: Damage, registry: DockerRegistry) => Promise<unknown>;
  /** Where the first copy is. */
  readonly copy: 'here' | 'mirror';
  readonly part: 'blob copy' | 'image copy';
  /** The digest that it is named by. */
  readonly digest: string;
}

const LOSSES: readonly Loss[] = [
  {
    title: 'a layer that another repository still has',
    here: [app, TWIN, single],
    lose: (damage) => damage.remove(damage.layerLink('app', LAYER)),
    copy: 'here',
    part: 'blob copy',
    digest: LAYER,
  },
  {
    title: 'an image of one platform that another repository still has',
    here: [app, TWIN, single],
    lose: (damage) => damage.remove(damage.revision('app', CHILD)),
    copy: 'here',
    part: 'image copy',
    digest: CHILD,
  },
  {
    title: 'an index that another repository still has',
    here: [app, TWIN, single],
    lose: (damage) => damage.remove(damage.revision('app', ROOT)),
    copy: 'here',
    part: 'image copy',
    digest: ROOT,
  },
  {
    title: 'the data of a layer',
    here: [app, single],
    lose: (damage) => damage.remove(damage.blob(LAYER)),
    copy: 'mirror',
    part: 'image copy',
    digest: ROOT,
  },
  {
    title: 'the data of an image of one platform',
    here: [app, single],
    lose: (damage) => damage.remove(damage.blob(CHILD)),
    copy: 'mirror',
    part: 'image copy',
    digest: ROOT,
  },
  {
    title: 'all images of an index with their layers, as a garbage collection takes them',
    here: [app, single],
    async lose(damage) {
      for (const { manifest, config, layers } of [app.amd64, app.arm64, app.attestation]) {
        await damage.remove(damage.revision('app', manifest.digest));
        for (const { digest } of [config, ...layers]) await damage.remove(damage.blob(digest));
      }
    },
    copy: 'mirror',
    part: 'image copy',
    digest: ROOT,
  },
];

/** Loses parts of images in a real registry, runs the commands that the report prints, and looks again. */
export function testCopies(program: 'docker-registry' | 'registry'): void {
  test.each(LOSSES)('brings back $title', async ({ here, lose, copy, part, digest }) => {
    const { registry, mirror, find, run } = await start(program, here);
    const damage = await damageOf(registry);
    await lose(damage, registry);
    await registry.restart();

    const findings = await find();

    const from = copy === 'here' ? registry : mirror;
    const repository = copy === 'here' ? 'team/app' : 'backup/app';
    for (const finding of findings) {
      expect(finding.copies?.[0]).toMatchObject({
        where: copy === 'here' ? 'lab' : 'mirror',
        reference: `${from.url.host}/${repository}@${digest}`,
      });
    }
    const commands = new Set(findings.map(commandOf));
    expect(commands.size).toBe(1);
    for (const command of commands) {
      expect(command).toContain(` ${part} `);
      await run(command);
    }
    expect(await find()).toEqual([]);
    // Nothing of it is known from before.
    await registry.restart();
    expect(await find()).toEqual([]);
  });

  test('brings back a single blob from another registry, where its image is not known any more', async () => {
    const { registry, mirror, find, run } = await start(program, [app, single]);
    const damage = await damageOf(registry);
    await damage.remove(damage.blob(LAYER));
    await registry.restart();
    expect(await find()).toHaveLength(1);
    const { href: url } = mirror.url;
    const copy = { kind: 'registry', where: 'mirror', url, isOwn: false, repository: 'backup/app' } as const;

    const carried = layer({ repository: 'app', copies: [{ ...copy, part: 'blob', digest: LAYER }] });
    const command = copyAdvice(carried, registry.url.href)[0]?.command ?? '';

    expect(command).toContain(' blob copy ');
    await run(command);
    await registry.restart();
    expect(await find()).toEqual([]);
  });

  test('says to restart before it, without which the lost data is not sent', async () => {
    const { registry, find, run } = await start(program, [app, single]);
    const damage = await damageOf(registry);
    await damage.remove(damage.blob(LAYER));

    const [lost, ...others] = await find();

    if (lost === undefined) throw new Error('nothing was found');
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ fault: 'unreadable', cause: { code: 'stale_descriptor_cache' } });
    expect(lost.hint).toMatch(/remove that directory.*; restart the registry .*; run `regctl /);
    await run(commandOf(lost));
    expect(await find()).toHaveLength(1);
    await registry.restart();
    await run(commandOf(lost));
    expect(await find()).toEqual([]);
  });
}

function commandOf({ hint, copies = [] }: ReportedFinding): string {
  const command = /; run `([^`]+)`/.exec(hint)?.[1];
  if (command === undefined) throw new Error(`no command is in: ${hint}`);
  expect(copies[0]?.command).toBe(command);
  return command;
}

async function start(program: 'docker-registry' | 'registry', here: readonly Stock[]) {
  const registry = await startStocked(here, { program });
  onTestFinished(() => registry.stop());
  const mirror = await startStocked([{ ...app, repository: 'backup/app' }], { program });
  onTestFinished(() => mirror.stop());
  const home = await temporaryFolder();
  const config = join(home, 'config.yaml');
  const copies = [{ registry: 'mirror', repository: 'backup/{repository}' }];
  const registries = {
    lab: { url: registry.url.href, copies },
    mirror: { url: mirror.url.href, onlyForCopies: true },
  };
  await writeFile(config, stringify({ registries }));
  return {
    registry,
    mirror,
    async find(): Promise<readonly ReportedFinding[]> {
      return (await probe(['run', '--config', config, '--output', 'json'])).registry().findings;
    },
    /** As somebody does who pastes it. */
    async run(command: string): Promise<void> {
      const path = `${dirname(toolPath('regctl'))}${delimiter}${process.env['PATH'] ?? ''}`;
      await promisify(execFile)('bash', ['-euc', command], { env: { PATH: path, HOME: home } });
    },
  };
}
