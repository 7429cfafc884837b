import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { isTree, withoutValue, type Tree } from '../../../src/config/tree.ts';
import { CHART, LEAST, one, render, templateText, type RenderOptions, type Values } from '../../support/chart.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Everything on that has templates of its own. */
const ALL_ON: Values = {
  ...LEAST,
  prometheusRule: { enabled: true, configMap: { enabled: true } },
  vmRule: { enabled: true },
  networkPolicy: { enabled: true },
  grafanaDashboard: { operator: { enabled: true } },
  kubernetes: { events: true },
  proxy: { httpProxy: 'http://proxy.example.com' },
};

const WITH_PUSHGATEWAY: Values = {
  ...ALL_ON,
  pushgateway: { enabled: true, serviceMonitor: { enabled: true } },
};

const DEFAULTS = parse(await readFile(join(CHART, 'values.yaml'), 'utf8')) as Tree;

/** How many renderings the keys of each mapping are spread over. */
const ROUNDS = 12;

/**
 * The chart with the values that an older one had, as `helm upgrade --reuse-values` leaves it: that takes the values of
 * the release, and none of the new chart's.
 */
async function chartWith(defaults: Tree): Promise<RenderOptions> {
  const chart = join(await temporaryFolder(), 'registry-integrity-probe');
  await cp(CHART, chart, { recursive: true });
  await writeFile(join(chart, 'values.yaml'), stringify(defaults));
  return { chart };
}

/** The values without every so-manieth key of every mapping. */
function without(values: Tree, round: number): Tree {
  return Object.fromEntries(
    Object.entries(values)
      .filter((_, index) => index % ROUNDS !== round)
      .map(([key, value]) => [key, isTree(value) ? without(value, round) : value]),
  );
}

describe('values of an older chart', () => {
  test('of the first one are taken', async () => {
    const first = parse(await readFile(join(import.meta.dirname, 'values-0.1.0.yaml'), 'utf8')) as Tree;
    const older = await chartWith(first);

    expect(() => render(ALL_ON, older)).not.toThrow();
    expect(() => render(WITH_PUSHGATEWAY, older)).not.toThrow();
  });

  test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'may lack any key that this one has (%d)',
    async (round) => {
      const older = await chartWith(without(DEFAULTS, round));

      expect(() => render(round % 2 === 0 ? ALL_ON : WITH_PUSHGATEWAY, older)).not.toThrow();
    },
  );

  test('may lack a whole section, which then is as it is here', async () => {
    const sections = ['cronJob', 'kubernetes', 'proxy', 'networkPolicy', 'grafanaDashboard', 'vmRule', 'findings'];
    const older = await chartWith(sections.reduce((tree, name) => withoutValue(tree, [name]), DEFAULTS));

    // What null may leave out is not given back.
    const given = { cronJob: { startingDeadlineSeconds: 300 } };
    expect(templateText({ ...LEAST, ...given }, older)).toBe(templateText({ ...LEAST, ...given }));
  });

  test('may have nothing at all', async () => {
    const objects = render(LEAST, await chartWith({}));

    expect(one(objects, 'CronJob')['spec']).toMatchObject({ schedule: '*/15 * * * *', concurrencyPolicy: 'Forbid' });
  });
});

describe('null', () => {
  test.each([
    'global',
    'image',
    'cronJob',
    'job',
    'findings',
    'kubernetes',
    'proxy',
    'serviceAccount',
    'rbac',
    'networkPolicy',
    'prometheusRule',
    'vmRule',
    'grafanaDashboard',
    'registryDefaults',
    'extraManifests',
    'resources',
    'logLevel',
  ])('for %s is taken', (section) => {
    expect(() => render({ ...LEAST, [section]: null })).not.toThrow();
  });

  test.each<Values>([
    { commonLabels: { a: null } },
    { podLabels: { a: null }, podAnnotations: { a: null }, commonAnnotations: { a: null } },
    { nodeSelector: { 'kubernetes.io/os': 'linux', pool: null } },
    { resources: { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '256Mi', cpu: null } } },
    { registries: { prod: { url: 'https://registry.example.com', podLabels: { a: null }, nodeSelector: null } } },
  ])('for a label, or what else has no default, takes it away: %j', (values) => {
    const given = templateText({ ...LEAST, ...values });

    expect(given).toBe(templateText(LEAST));
  });

  test('for a part of a section leaves the rest as it was', () => {
    const pushgateway = {
      enabled: true,
      auth: null,
      caBundle: null,
      cleanup: null,
      persistence: { storageClass: null },
    };

    expect(one(render({ ...LEAST, pushgateway }), 'PersistentVolumeClaim')['spec']).toMatchObject({
      resources: { requests: { storage: '256Mi' } },
    });
  });
});

describe('null in a registry, which Helm leaves there', () => {
  const REGISTRY = { url: 'https://registry.example.com' };

  test.each<readonly [string, Values, Values]>([
    ['enabled', { enabled: null }, {}],
    ['a login', { auth: { existingSecret: null, username: null, tokenHosts: null } }, {}],
    [
      'a certificate',
      { caBundle: { existingSecret: null, key: null }, clientCertificate: { existingSecret: null } },
      {},
    ],
    [
      'a setting',
      { blobCheck: null, tags: { match: null }, confirm: { rounds: null }, scrub: { bytesPerSecond: null } },
      {
        tags: {},
        confirm: {},
        scrub: {},
      },
    ],
    [
      'a copy',
      { copies: [{ registry: 'https://mirror.example.com', repository: null }] },
      {
        copies: [{ registry: 'https://mirror.example.com' }],
      },
    ],
  ])('takes %s away at every depth', (_, given, left) => {
    const registries = (more: Values): Values => ({ ...LEAST, registries: { prod: { ...REGISTRY, ...more } } });

    expect(templateText(registries(given))).toBe(templateText(registries(left)));
  });

  test('goes for what all registries have, too', () => {
    const registryDefaults = { repositories: { match: null }, auth: { existingSecret: null } };

    expect(templateText({ ...LEAST, registryDefaults })).toBe(
      templateText({ ...LEAST, registryDefaults: { repositories: {} } }),
    );
  });

  test('is no address', () => {
    expect(() => render({ ...LEAST, registries: { prod: { url: null } } })).toThrow('registries.prod.url is missing');
  });
});

describe('keys of the form x-…', () => {
  const REPEATED = { auth: { existingSecret: 'registry-credentials' } };

  test.each<readonly [string, Values]>([
    ['at the top', { 'x-common': REPEATED }],
    ['among the registries', { registries: { 'x-common': REPEATED, prod: { url: 'https://registry.example.com' } } }],
    [
      'of any kind',
      { registries: { 'x-a': 'text', 'x-b': ['list'], 'x-c': null, prod: { url: 'https://r.example.com' } } },
    ],
    ['in a registry', { registries: { prod: { url: 'https://registry.example.com', 'x-owner': 'team-a' } } }],
    ['in a section', { registryDefaults: { 'x-a': 1 }, pushgateway: { url: 'http://p.example.com', 'x-b': {} } }],
  ])('%s do nothing', (_, values) => {
    const cronjobs = render({ ...LEAST, ...values }).filter(({ kind }) => kind === 'CronJob');

    expect(cronjobs.map(({ metadata }) => metadata.name)).toEqual(['probe-registry-integrity-probe-prod']);
  });

  test('are a registry where they have an address, and checked as one', () => {
    const registries = { 'x-ray': { url: 'https://x-ray.example.com' } };

    expect(one(render({ ...LEAST, registries }), 'CronJob').metadata.name).toMatch(/-x-ray$/);
    expect(() =>
      render({ ...LEAST, registries: { 'x-ray': { url: 'https://r.example.com', concurency: 3 } } }),
    ).toThrow("additional properties 'concurency' not allowed");
  });
});
