import { dirname } from 'node:path';

import { expect, test } from 'vitest';

import { fillByChance } from '../storage/random-tree.ts';
import { createTree } from '../storage/tree.ts';
import { probe } from '../support/probe.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';

/** What may differ where a registry has just been started: a repository that its version does not list. */
const UNLISTED = 'repository_in_storage_alone';

/** Version 3 remembers what a link among the manifests names, and takes it for the same digest elsewhere as well. */
const REMEMBERED = { class: 'broken_for_registry_alone', accident: 'a revision link names another manifest' };

/** Proves, for each seed, that a scan of the files and a run over the registry that serves them say the same. */
export function testAgreement(version: 2 | 3, seeds: readonly number[]): void {
  test.each(seeds)(`version ${version}, seed %i`, async (seed) => {
    const tree = await createTree();
    const happened = await fillByChance(tree, seed);
    const registry = await startRegistry({
      program: version === 2 ? 'docker-registry' : 'registry',
      storage: dirname(dirname(dirname(tree.root))),
    });
    try {
      const flags = ['--registry-url', registry.url.origin, '--registry-version', String(version), '--output', 'json'];

      const run = await probe(['scan', tree.top, ...flags], { PROBE_REGISTRY_NAME: 'lab' });

      const { examples = [] } = run.registry().storage?.disagreements ?? {};
      const isRemembered = version === 3 && happened.includes(REMEMBERED.accident);
      const unexplained = examples.filter(
        (one) => one.class !== UNLISTED && !(isRemembered && one.class === REMEMBERED.class),
      );
      expect({ happened, unexplained }).toEqual({ happened, unexplained: [] });
      expect(run.registry().unknowns).toEqual([]);
    } finally {
      await registry.stop();
    }
  });
}
