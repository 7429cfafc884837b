import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { exampleRegistry } from '../../../helm/generate/readme.ts';
import { isTree, valueAt, type Tree } from '../../../src/config/tree.ts';
import { CHART, LEAST, templateText } from '../../support/chart.ts';
import { marksOf, pathsOf, switchesOf, withValues } from './marked.ts';

const TEXT = readFileSync(join(CHART, 'values.yaml'), 'utf8');
const VALUES = parse(TEXT) as Tree;
const SCHEMA = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Tree;
const README = readFileSync(join(CHART, 'README.md'), 'utf8');

/** Rows of the table of values: a value, and what is said of it. */
const ROWS = new Map(
  README.split('\n')
    .map((line) => /^\| ([A-Za-z.]+) \| [a-z]+ \| .* \| (.*) \|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, path = '', description = '']) => [path, description]),
);

describe('every value', () => {
  test('is documented, by itself or as a whole', () => {
    const undocumented = pathsOf(VALUES).filter((path) => {
      const parts = path.split('.');
      const places = parts.map((_, index) => parts.slice(0, index + 1).join('.'));
      return places.every((place) => (ROWS.get(place) ?? '') === '');
    });

    expect(undocumented).toEqual([]);
    expect([...ROWS].filter(([, description]) => description === '')).toEqual([]);
  });

  test('is in the schema', () => {
    expect(pathsOf(VALUES).filter((path) => schemaAt(path.split('.')) === null)).toEqual([]);
  });

  test('of the schema is in the values file', () => {
    const defaults = Object.keys(valueAt(SCHEMA, ['properties', 'registryDefaults', 'properties']) as Tree);
    // The first is written by a chart that has this one as a subchart, the others are named in a comment.
    const elsewhere = ['enabled', ...defaults.map((name) => `registryDefaults.${name}`)];

    expect(namesOf(SCHEMA, VALUES).filter((path) => !elsewhere.includes(path))).toEqual([]);
    for (const name of defaults) expect(ROWS.get('registryDefaults')).toContain(`\`${name}\``);
  });

  test('of a registry is in the commented example, and the other way round', () => {
    const example = (parse(exampleRegistry(TEXT)) as { readonly prod: Tree }).prod;
    const registry = valueAt(SCHEMA, ['properties', 'registries', 'additionalProperties']) as Tree;

    expect(namesOf(registry, example)).toEqual([]);
    expect(() => templateText({ ...LEAST, registries: { prod: { ...example, auth: {} } } })).not.toThrow();
  });
});

/** With these, as many values as possible are used at once; others stand in a test of their own. */
const EXTERNAL = {
  'image.digest': '',
  'global.imageRegistry': '',
  'pushgateway.enabled': false,
  'pushgateway.caBundle.existingSecret': '',
  'pushgateway.auth.bearerTokenKey': '',
  'grafanaDashboard.operator.folderUID': '',
};

const OWN = {
  'global.imageRegistry': '',
  'pushgateway.enabled': true,
  'pushgateway.url': '',
  'pushgateway.caBundle.existingConfigMap': '',
  'pushgateway.image.digest': '',
  'pushgateway.persistence.existingClaim': '',
  'cache.existingClaim': '',
  // Of a Pushgateway whose labels are honored.
  'prometheusRule.jobLabel': 'job',
  'grafanaDashboard.operator.folder': '',
};

/** Goes before the registries of the images, and a digest before a tag. */
const MIRROR = { ...OWN, 'global.imageRegistry': 'mirror.example.com', 'pushgateway.image.digest': 'sha256:12345' };

const BOTH = {
  restartPolicy: 'Never',
  registries: {
    // One that is suspended has fewer alerts.
    prod: { url: 'https://registry.example.com', suspend: false, storage: { existingClaim: 'registry-data' } },
    big: { url: 'https://big.example.com', shards: 2 },
  },
  registryDefaults: { timeout: '12345s', fullWalkEvery: '400d' },
  extraManifests: [],
  'cronJob.periodSeconds': 30_000_000,
  // There is no alert for a suspended registry that grows stale.
  'cronJob.suspend': false,
  staleAfterSeconds: 200_000_001,
  'grafanaDashboard.operator.folderRef': '',
  'prometheusRule.keepFiringFor': '12345m',
  'prometheusRule.coverageDropRatio': 0.123456,
};

/** Seen to do something elsewhere: what they decide is whether the chart is rendered, or which of two things it shows. */
const ELSEWHERE = ['restartPolicy', 'cronJob.periodSeconds', 'registries', 'extraManifests'];

const MARKS = marksOf(VALUES);

function variant(overlay: Readonly<Record<string, unknown>>): Tree {
  const on = switchesOf(VALUES).map((path) => [path, true] as const);
  const marks = MARKS.map(({ path, value }) => [path, value] as const);
  return withValues(VALUES, [...marks, ...on, ...Object.entries(BOTH), ...Object.entries(overlay)]);
}

function renderAnything(values: Tree): string {
  return templateText(values, { args: ['--skip-schema-validation'] });
}

/** What goes without these: events are refused where nobody asks for the workloads, and a promise where nothing is kept. */
const WITHOUT: Readonly<Record<string, readonly [string, unknown]>> = {
  'kubernetes.inUse': ['kubernetes.events', false],
  'kubernetes.state': ['registryDefaults', { timeout: '12345s' }],
};

describe('every value is used', () => {
  const variants = [variant(EXTERNAL), variant(OWN)];
  const texts = variants.map(renderAnything);
  const mirrored = renderAnything(variant(MIRROR));

  test('texts, numbers, mappings and lists are in what is rendered', () => {
    const unused = MARKS.filter(({ path, sign }) => {
      const given = variants.map((values) => valueAt(values, path.split('.')));
      const signs = [sign, ...given.filter((value) => typeof value === 'number').map(String)];
      return !texts.some((text) => signs.some((one) => text.includes(one)));
    }).map(({ path }) => path);

    const special = {
      registryDefaults: '12345s',
      'prometheusRule.keepFiringFor': '12345m',
      'global.imageRegistry': 'mirror.example.com/',
      'pushgateway.image.digest': '@sha256:12345',
    };
    for (const text of Object.values(special)) expect(mirrored).toContain(text);
    const known = [...ELSEWHERE, ...Object.keys(special), ...USED_BY_THEIR_OWN_TESTS];
    expect(unused.filter((path) => !known.includes(path))).toEqual([]);
  });

  // The two variants are what the first makes; the others are handed on as a whole, with what is marked in them.
  const others = /^pushgateway\.enabled$|ecurityContext\./;
  test.each(switchesOf(VALUES).filter((path) => !others.test(path)))('%s', (path) => {
    const changes = variants.some((values, index) => {
      const without = WITHOUT[path];
      const before = without === undefined ? values : withValues(values, [without]);
      const text = before === values ? texts[index] : renderAnything(before);
      return renderAnything(withValues(before, [[path, valueAt(before, path.split('.')) !== true]])) !== text;
    });

    expect(changes).toBe(true);
  });
});

/** One of several ways, of which the variants take another. */
const USED_BY_THEIR_OWN_TESTS = [
  'grafanaDashboard.operator.folderRef',
  'pushgateway.persistence.existingClaim',
  'cache.existingClaim',
  'alerts.failurePer',
  'prometheusRule.rules.RegistryManifestIntegrityFailure.severityUnused',
];

function schemaAt(path: readonly string[]): unknown {
  let schema: unknown = SCHEMA;
  for (const key of path) {
    // A value that Kubernetes checks is as free as Kubernetes lets it be.
    if (isTree(schema) && schema['properties'] === undefined) return schema;
    schema = valueAt(schema, ['properties', key]);
  }
  return schema ?? null;
}

/** Paths of what a schema names and the values do not have. */
function namesOf(schema: unknown, values: unknown, prefix = ''): readonly string[] {
  const properties = valueAt(schema, ['properties']);
  if (!isTree(properties)) return [];
  return Object.entries(properties).flatMap(([key, member]) => {
    const has = isTree(values) && Object.hasOwn(values, key);
    return has ? namesOf(member, valueAt(values, [key]), `${prefix}${key}.`) : [`${prefix}${key}`];
  });
}
