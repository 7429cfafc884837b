import { describe, expect, test } from 'vitest';

import { environmentName, readEnvironment } from '../../src/config/environment.ts';
import { createProblems } from '../../src/config/problem.ts';
import { TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { problemsOf } from './loading.ts';

describe('environmentName', () => {
  test.each([
    ['output', 'PROBE_OUTPUT'],
    ['pushgateway.url', 'PROBE_PUSHGATEWAY_URL'],
    ['blobCheck', 'PROBE_BLOB_CHECK'],
    ['confirm.delay', 'PROBE_CONFIRM_DELAY'],
    ['registry.password', 'PROBE_REGISTRY_PASSWORD'],
    ['registries.prod-eu.auth.passwordFile', 'PROBE_REGISTRIES_PROD_EU_AUTH_PASSWORD_FILE'],
  ])('%s is set by %s', (path, name) => {
    expect(environmentName(path)).toBe(name);
  });

  test('differs for all settings', () => {
    const names = TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path));

    expect(new Set(names).size).toBe(TOP_LEVEL_SETTINGS.length);
  });

  test('that may be meant for either of two registries is refused, and no other one', async () => {
    const file = 'registries: { lab: { url: lab.example.com }, lab-max: { url: max.example.com } }';

    expect(await problemsOf({ file, env: { PROBE_REGISTRIES_LAB_MAX_CONCURRENCY: '3' } })).toEqual([
      'PROBE_REGISTRIES_LAB_MAX_CONCURRENCY: may be registries.lab.maxConcurrency or registries.lab-max.concurrency; say it in the config file',
    ]);
    expect(await problemsOf({ file, env: { PROBE_REGISTRIES_LAB_CONCURRENCY: '3' } })).toEqual([]);
  });
});

describe('readEnvironment', () => {
  test.each([
    'PROBE_SERVICE_HOST',
    'PROBE_SERVICE_PORT',
    'PROBE_SERVICE_PORT_HTTP',
    'PROBE_PORT',
    'PROBE_PORT_80_TCP',
    'PROBE_PORT_80_TCP_ADDR',
    'PROBE_PORT_53_UDP_PROTO',
    'PROBE_X_SERVICE_HOST',
    'PROBE_X_PORT',
    'PROBE_X_PORT_9091_TCP_PORT',
    'PROBE_PUSHGATEWAY_PORT',
  ])('ignores %s, which Kubernetes injects for a Service', async (name) => {
    expect(await problemsOf({ env: { [name]: 'tcp://10.0.0.1:80' } })).toEqual([]);
  });

  test.each(['', undefined])('takes an empty variable for one that is not set: %j', async (value) => {
    expect(await problemsOf({ env: { PROBE_TIMEOUT: value, PROBE_TYPO: value } })).toEqual([]);
  });

  test('ignores variables of others', async () => {
    expect(await problemsOf({ env: { PROBEX: '1', PATH: '/bin', APROBE_TIMEOUT: '1' } })).toEqual([]);
  });

  test.each([
    ['PROBE_TIMEOUTS', 'unknown variable; did you mean PROBE_TIMEOUT?'],
    ['PROBE_CONFIGS', 'unknown variable; did you mean PROBE_CONFIG?'],
    ['PROBE_REGISTRIES_PROD_AUTH_PASWORD', 'unknown variable; did you mean PROBE_REGISTRIES_PROD_AUTH_PASSWORD?'],
    ['PROBE_REGISTRIES_DEVELOPMENT_EAST_URL', 'unknown variable; it fits no registry of the config file (it has prod)'],
    ['PROBE_SOMETHING_ELSE_ENTIRELY', 'unknown variable'],
  ])('refuses %s', async (name, problem) => {
    const file = 'registries: { prod: { url: registry.example.com } }';

    expect(await problemsOf({ file, env: { [name]: 'x' } })).toEqual([`${name}: ${problem}`]);
  });

  test.each([
    ['PROBE_CONCURRENCY', 'x', "concurrency: expected auto, or a whole number from 1 to 64, got 'x'"],
    ['PROBE_CONCURRENCY', '1e1', "concurrency: expected auto, or a whole number from 1 to 64, got '1e1'"],
    ['PROBE_TAGS_MATCH', 'a,[b', "tags.match[1]: expected a glob, such as team/** or !team/scratch-*, got '[b'"],
    [
      'PROBE_PUSHGATEWAY_GROUPING_LABELS',
      'team',
      "pushgateway.groupingLabels: expected a mapping of label names to texts, got 'team'",
    ],
    [
      'PROBE_PUSHGATEWAY_GROUPING_LABELS',
      'job=x',
      'pushgateway.groupingLabels.job: job, registry, shard and instance are set by the probe',
    ],
    [
      'PROBE_REGISTRY_NAME',
      'a/b',
      "registry.name: a registry's name cannot contain '/': it is a label of the metrics and a part of their address; use '-', got 'a/b'",
    ],
  ])('tells what is wrong with %s=%s', (name, value, problem) => {
    const problems = createProblems();

    readEnvironment({ [name]: value }, [], problems);

    expect(problems.lines).toEqual([`${name}: ${problem}`]);
  });
});
