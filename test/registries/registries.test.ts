import { describe, expect, test } from 'vitest';

import { app } from '../support/reg-fixture.ts';
import { REGISTRIES } from '../support/servers/other-registries.ts';
import { kinds, type Kind, losesChild, testDamage, walk, withRegistry } from './damage.ts';

const KINDS = Object.keys(REGISTRIES) as readonly Kind[];
const child = app.arm64.manifest.digest;

/** Takes minutes to build, and has a file of its own. */
describe.each(KINDS.filter((kind) => kind !== 'gitea'))('%s', (kind) => {
  testDamage(kind);
});

describe('what a cache hides', () => {
  test('distribution 3 serves a child whose link is gone until it is restarted, and so it is no finding yet', async () => {
    await withRegistry('distribution 3', async (registry) => {
      await losesChild(registry);

      const warm = await walk('distribution 3', registry);
      await registry.restart?.();
      const cold = await walk('distribution 3', registry);

      expect(kinds(warm)).toEqual([]);
      expect(kinds(cold)).toEqual([`child/missing ${child}`]);
    });
  });
});
