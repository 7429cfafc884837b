import { isGiven, type Given, type Layer } from './given.ts';
import type { Problems } from './problem.ts';
import type { NamedLayer } from './registries.ts';
import { Shards } from './schema/registry.ts';
import { isTree } from './tree.ts';

/** Tells what is wrong with how the registries of a run are divided. */
export function checkShards(registry: NamedLayer, topLevel: Layer, problems: Problems): void {
  checkOwnShard(registry, topLevel, problems);
  checkListed(registry, topLevel, problems);
}

/** A process has to know which part of a registry is its own, and there has to be such a part. */
function checkOwnShard({ name, layer }: NamedLayer, topLevel: Layer, problems: Problems): void {
  const shards = layer.get('shards');
  const shard = topLevel.get('shard');
  const count = countOf(shards);
  if (isGiven(shards) && count !== null && count > 1 && !isGiven(shard)) {
    problems.add(
      shards.origin,
      shards.path,
      `${count} shards need shard (PROBE_SHARD) to say which one this process walks`,
    );
  }
  if (!isGiven(shard) || typeof shard.value !== 'number' || count === null || shard.value < count) return;
  const there = count === 1 ? `'${name}' is not divided` : `'${name}' has the shards 0 to ${count - 1}`;
  problems.add(shard.origin, shard.path, `${there}, got ${shard.value}`);
}

/**
 * A registry that is walked has to be in the list of all registries, with as many shards: its own numbers would be
 * taken for leftovers otherwise.
 */
function checkListed({ name, layer }: NamedLayer, topLevel: Layer, problems: Problems): void {
  const listed = topLevel.get('pushgateway.registries');
  if (listed === undefined || !isTree(listed.value)) return;
  const there = listed.value[name];
  const count = countOf(layer.get('shards'));
  if (there === undefined) {
    problems.add(listed.origin, listed.path, `'${name}' is walked and not listed: its metrics would be deleted`);
  } else if (typeof there === 'number' && count !== null && there !== count) {
    problems.add(
      listed.origin,
      `${listed.path}.${name}`,
      `expected ${count}, as registries.${name}.shards has it, got ${there}`,
    );
  }
}

/** The number of shards; null where what is given is no such number, which has been told already. */
function countOf(shards: Given | undefined): number | null {
  return shards === undefined ? 1 : (Shards.safeParse(shards.value).data ?? null);
}
