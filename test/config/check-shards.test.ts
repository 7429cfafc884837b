import { describe, expect, test } from 'vitest';

import { load, problemsOf, prod, withProd, type Given } from './loading.ts';

const SHARDED = withProd('shards: 3');

describe('the shards of a run', () => {
  test.each<[Given, string]>([
    [
      { file: SHARDED },
      'probe.yaml: registries.prod.shards: 3 shards need shard (PROBE_SHARD) to say which one this process walks',
    ],
    [{ file: SHARDED, env: { PROBE_SHARD: '3' } }, "PROBE_SHARD: shard: 'prod' has the shards 0 to 2, got 3"],
    [{ file: withProd(), env: { PROBE_SHARD: '1' } }, "PROBE_SHARD: shard: 'prod' is not divided, got 1"],
    [{ file: SHARDED, env: { PROBE_SHARD: '-1' } }, 'PROBE_SHARD: shard: expected a whole number from 0 to 99, got -1'],
    [
      { file: withProd('shards: 0'), env: { PROBE_SHARD: '0' } },
      'probe.yaml: registries.prod.shards: expected a whole number from 1 to 100, got 0',
    ],
    [
      { file: withProd(), env: { PROBE_REGISTRIES_PROD_SHARDS: '101', PROBE_SHARD: '0' } },
      'PROBE_REGISTRIES_PROD_SHARDS: registries.prod.shards: expected a whole number from 1 to 100, got 101',
    ],
    [
      { file: `pushgateway: { registries: { stage: 1 } }\n${withProd()}` },
      "probe.yaml: pushgateway.registries: 'prod' is walked and not listed: its metrics would be deleted",
    ],
    [
      { file: `pushgateway: { registries: {} }\n${withProd()}` },
      "probe.yaml: pushgateway.registries: 'prod' is walked and not listed: its metrics would be deleted",
    ],
    [
      { file: withProd(), env: { PROBE_PUSHGATEWAY_REGISTRIES: 'prod=3' } },
      'PROBE_PUSHGATEWAY_REGISTRIES: pushgateway.registries.prod: expected 1, as registries.prod.shards has it, got 3',
    ],
    [
      { file: `pushgateway: { registries: { prod: many } }\n${withProd()}` },
      "probe.yaml: pushgateway.registries.prod: expected a whole number from 1 to 100, got 'many'",
    ],
    [
      { file: `pushgateway: { registries: { prod: 1, Stage/x: 1 } }\n${withProd()}` },
      "probe.yaml: pushgateway.registries.Stage/x: a registry's name cannot contain '/': it is a label of the metrics and a part of their address; use '-'",
    ],
    [
      { file: `pushgateway: { registries: [prod] }\n${withProd()}` },
      'probe.yaml: pushgateway.registries: expected a mapping of registry names to numbers of shards, got a list',
    ],
  ])('%j', async (given, problem) => {
    expect(await problemsOf({ ...given, command: 'run' })).toEqual([problem]);
  });

  test.each<Given>([
    { file: SHARDED, env: { PROBE_SHARD: '2' } },
    { file: withProd(), env: { PROBE_SHARD: '0' } },
    { file: `shard: 0\n${SHARDED}` },
    { file: `pushgateway: { registries: { prod: 3, stage: 1 } }\n${SHARDED}`, env: { PROBE_SHARD: '0' } },
    { file: `pushgateway: { registries: null }\n${withProd()}` },
  ])('%j is fine', async (given) => {
    expect(await problemsOf({ ...given, command: 'run' })).toEqual([]);
  });

  test('are of no concern to a command that walks no catalog', async () => {
    const file = `pushgateway: { registries: { stage: 1 } }\n${SHARDED}`;

    expect(await problemsOf({ file, command: 'verify' })).toEqual([]);
  });

  test('are read as numbers, wherever they come from', async () => {
    const env = { PROBE_SHARD: '1', PROBE_PUSHGATEWAY_REGISTRIES: 'prod=3, stage=1' };

    const loaded = await load({ file: SHARDED, env, command: 'run' });

    expect(prod(loaded).shards).toBe(3);
    expect(loaded.settings.shard).toBe(1);
    expect(loaded.settings.pushgateway.registries).toEqual({ prod: 3, stage: 1 });
  });
});

describe('a registry of flags alone', () => {
  const URL = { PROBE_REGISTRY_URL: 'registry.example.com', PROBE_REGISTRY_NAME: 'lab' };

  test('has to be listed, too, where there is a list', async () => {
    const env = { ...URL, PROBE_PUSHGATEWAY_REGISTRIES: 'prod=1' };

    expect(await problemsOf({ env, command: 'run' })).toEqual([
      "PROBE_PUSHGATEWAY_REGISTRIES: pushgateway.registries: 'lab' is walked and not listed: its metrics would be deleted",
    ]);
  });

  test('is not divided', async () => {
    expect(await problemsOf({ env: { ...URL, PROBE_SHARD: '1' }, command: 'run' })).toEqual([
      "PROBE_SHARD: shard: 'lab' is not divided, got 1",
    ]);
  });
});
