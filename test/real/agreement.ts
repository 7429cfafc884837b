import { dirname } from 'node:path';

import { expect, test } from 'vitest';

import { fillByChance } from '../storage/random-tree.ts';
import { createTree } from '../storage/tree.ts';
import { probe } from '../support/probe.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';

/**
 * What may differ where a registry has just been started: a repository that its version does not list, and a manifest
 * or a link that cannot be decoded, on which it fails without saying of what.
 */
const EXPLAINED = ['repository_in_storage_alone'];

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
      const unexplained = examples.filter((one) => !EXPLAINED.includes(one.class));
      expect({ happened, unexplained }).toEqual({ happened, unexplained: [] });
      expect(run.registry().unknowns).toEqual([]);
    } finally {
      await registry.stop();
    }
  });
}
