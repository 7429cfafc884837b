import { describe, expect, onTestFinished, test } from 'vitest';

import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { blocksOf, type BlockRun, registryVariables, runbookNames, runbookShell } from '../support/runbook.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { damageOf } from './damage.ts';

const CHILD = app.arm64.manifest.digest;
const LAYER = app.arm64.layers[0];
const FAILURE = 'RegistryManifestIntegrityFailure';

async function start() {
  const registry = await startStocked([app, single]);
  onTestFinished(() => registry.stop());
  const shell = await runbookShell(await temporaryFolder(), {
    ...registryVariables(registry),
    REPOSITORY: app.repository,
    TAG: app.tag,
    CHILD,
    LAYER: LAYER?.digest ?? '',
    SIZE: String(LAYER?.size),
  });
  return { registry, shell };
}

/** What the steps print, each by the letter of its heading and its place under it. */
interface Printed {
  readonly a1: RegExp;
  readonly a2: RegExp;
  readonly b1: RegExp;
  readonly b2: RegExp;
  readonly d1: RegExp;
  readonly e1: RegExp;
}

interface State {
  readonly title: string;
  readonly damage: (registry: DockerRegistry) => Promise<unknown>;
  readonly printed: Printed;
}

const STATES: readonly State[] = [
  {
    title: 'after garbage collection with -m',
    damage: (registry) => registry.garbageCollect(['-m']),
    printed: {
      a1: new RegExp(`^200 v1\n404 ${CHILD}\n$`),
      a2: /^206, 0 bytes\ncurl ended with 18\n$/,
      b1: /^there: .*\/data\nGONE: {2}.*\/link\n$/,
      b2: /^nothing would be taken\n$/,
      d1: /^sound, kept: [0-9a-f]{64}\nno data: [0-9a-f]{64}\n$/,
      e1: /: SOUND\n/,
    },
  },
  {
    title: 'after a layer was cut short',
    damage: async (registry) => {
      const damage = await damageOf(registry);
      await damage.cut(damage.blob(LAYER?.digest ?? ''), 100);
    },
    printed: {
      a1: new RegExp(`^200 v1\n200 ${CHILD}\n$`),
      a2: /^206, 0 bytes\ncurl ended with 18\n$/,
      b1: /^there: .*\/data\nthere: .*\/link\n$/,
      b2: /^(?:manifest eligible for deletion: sha256:[0-9a-f]{64}\n){3}$/,
      d1: /^sound, kept: [0-9a-f]{64}\ndamaged, removed: [0-9a-f]{64}\n$/,
      e1: /: SOUND\n/,
    },
  },
];

describe(`the runbook of ${FAILURE}`, () => {
  test.each(STATES)('tells what is wrong $title, and mends it', async ({ damage, printed }) => {
    const { registry, shell } = await start();
    await damage(registry);
    const steps = blocksOf(FAILURE).map((block, at, all) => {
      const earlier = all.slice(0, at).filter(({ heading }) => heading === block.heading);
      return { block, name: `${block.heading.slice(1, 2)}${earlier.length + 1}` };
    });
    const verify = steps.at(-1);
    if (verify === undefined) throw new Error('the runbook has no shell blocks');

    const broken = await shell(verify.block);
    const runs: Record<string, BlockRun> = {};
    for (const { block, name } of steps) {
      if (name === 'e1') {
        await registry.restart();
        await push(registry.url, app.repository, app.tag, app.content);
      }
      runs[name] = await shell(block);
    }

    expect(broken.code).toBe(1);
    expect(runs).toEqual(
      Object.fromEntries(
        Object.entries(printed).map(([name, text]) => [
          name,
          { code: 0, stdout: expect.stringMatching(text) as string, stderr: expect.anything() as string },
        ]),
      ),
    );
    expect(verify.name).toBe('e1');
  });
});

describe('the other runbooks', () => {
  const blocks = runbookNames()
    .filter((name) => name !== FAILURE)
    .flatMap((name) => blocksOf(name).map((block, at) => ({ block, title: `${name}, block ${at + 1}` })));

  test('of the alerts that need shell have some', () => {
    const names = [...new Set(blocks.map(({ block }) => block.runbook))];

    expect(names).toEqual([
      'RegistryCatalogInaccessible',
      'RegistryIntegrityCoverageDropped',
      'RegistryIntegrityNothingChecked',
      'RegistryIntegritySuspect',
    ]);
  });

  test.each(blocks)('have commands that work on a sound registry: $title', async ({ block }) => {
    const { shell } = await start();

    const { code, stdout, stderr } = await shell(block);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/app|200 /);
    expect(stdout).not.toMatch(/^(?:000|[345]\d\d) |curl ended/m);
  });
});
