import { describe, expect, test } from 'vitest';

import { parseCommandLine } from '../../src/cli/command-line.ts';
import { loadSettings } from '../../src/config/load.ts';
import { podOf } from '../support/chart-pods.ts';
import { start } from '../support/chart-start.ts';
import { LEAST, render, type Values } from '../support/chart.ts';

const URL = 'https://registry.example.com';

function prod(settings: Values): Values {
  return { ...LEAST, registries: { prod: { url: URL, ...settings } } };
}

function acknowledged(entry: Values): Values {
  return { acknowledged: [{ until: '2027-01-31', reason: 'known', ...entry }] };
}

function copiedBy(repository: string): Values {
  return prod({ copies: [{ registry: 'https://mirror.example.com', repository }] });
}

/** Shapes that the probe takes for no setting: as Kubernetes, Go or people write them. */
const REFUSED: readonly (readonly [string, Values, string])[] = [
  ['a duration of two units', prod({ fullWalkEvery: '1d12h' }), '/registries/prod/fullWalkEvery'],
  ['a duration of nothing', { ...LEAST, registryDefaults: { timeout: '0s' } }, '/registryDefaults/timeout'],
  ['a push within nothing', { ...LEAST, pushgateway: { url: URL, timeout: '0s' } }, '/pushgateway/timeout'],
  ['a period in months', prod({ scrub: { every: '1mo' } }), '/registries/prod/scrub/every'],
  ['a size as Kubernetes writes it', prod({ manifestLimit: '4Mi' }), '/registries/prod/manifestLimit'],
  ['a size in small letters', prod({ unpackLimit: '4gib' }), '/registries/prod/unpackLimit'],
  ['a rate without its unit', prod({ scrub: { bytesPerSecond: '20M' } }), '/registries/prod/scrub/bytesPerSecond'],
  ['a time without its zone', prod({ coverageAcceptedAt: '2026-01-31T08:00:00' }), '/coverageAcceptedAt'],
  ['a time without seconds', prod({ coverageAcceptedAt: '2026-01-31T08:00Z' }), '/coverageAcceptedAt'],
  ['a day for a time', prod({ coverageAcceptedAt: '2026-01-31' }), '/registries/prod/coverageAcceptedAt'],
  ['a host with a scheme', prod({ hosts: [URL] }), '/registries/prod/hosts/0'],
  ['a host with a path', prod({ hosts: ['registry.example.com/team'] }), '/registries/prod/hosts/0'],
  ['an address of a token service', prod({ auth: { tokenHosts: [URL] } }), '/registries/prod/auth/tokenHosts/0'],
  ['a repository in capitals', prod({ repositories: { include: ['Team/App'] } }), '/repositories/include/0'],
  ['a repository with its tag', prod({ repositories: { include: ['team/app:v1'] } }), '/repositories/include/0'],
  ['a template without the repository', copiedBy('backup'), '/copies/0/repository'],
  ['a template of another language', copiedBy('{{ repository }}'), '/copies/0/repository'],
  ['a template in capitals', copiedBy('Backup/{repository}'), '/copies/0/repository'],
  ['a template that begins with a slash', copiedBy('/{repository}'), '/copies/0/repository'],
  ['a scan that unpacks', prod({ storage: { existingClaim: 'a', blobCheck: 'unpack' } }), '/storage/blobCheck'],
  ['another pod to end', { ...LEAST, quitUrl: 'http://istio.example.com/quitquitquit' }, '/quitUrl'],
  [
    'a copy by its API',
    prod({ copies: [{ registry: 'https://mirror.example.com/v2/' }] }),
    'registries.prod.copies[0] is https://mirror.example.com/v2/; leave out the /v2',
  ],
  ['a port that there is none of', prod({ url: 'https://registry.example.com:99999' }), 'registries.prod.url is'],
  ['a name with two dots', prod({ url: 'https://registry..example.com' }), 'registries.prod.url is'],
  ['a port of the Pushgateway', { ...LEAST, pushgateway: { url: 'http://push:65536' } }, 'pushgateway.url is'],
  [
    'damage that is known, and not which',
    prod(acknowledged({ repository: null })),
    'registries.prod.acknowledged[0]: give at least one of repository, tag and digest, or `fault: unresolvable` alone',
  ],
  [
    'damage of the whole registry in one repository',
    { ...LEAST, registryDefaults: acknowledged({ repository: 'a', fault: 'unresolvable' }) },
    'registryDefaults.acknowledged[0]: give at least one of',
  ],
  [
    'all damage but one',
    prod(acknowledged({ tag: '!v1' })),
    'registries.prod.acknowledged[0].tag is "!v1"; give a glob without `!`',
  ],
  [
    'no reason',
    prod({ ...acknowledged({ tag: 'a', reason: ' ' }) }),
    'registries.prod.acknowledged[0].reason is empty',
  ],
  [
    'a glob that does not end',
    prod({ repositories: { match: ['team/**', '{a,b'] } }),
    'registries.prod.repositories.match[1] is "{a,b", which is no glob',
  ],
  ['a class that does not end', prod({ tags: { match: ['v[0-9'] } }), 'registries.prod.tags.match[0] is "v[0-9"'],
  ['a group that does not begin', prod({ tags: { match: ['!a)'] } }), 'registries.prod.tags.match[0] is "!a)"'],
  [
    'a glob of nothing',
    { ...LEAST, registryDefaults: { excludePlatforms: [''] } },
    'registryDefaults.excludePlatforms[0]',
  ],
  [
    'platforms of nodes that nobody reads',
    prod({ platforms: 'nodes' }),
    'registries.prod: platforms is nodes, and nobody reads them; set kubernetes.nodes too.',
  ],
  [
    'the same for all',
    { ...LEAST, registryDefaults: { platforms: 'nodes' } },
    'registries.prod: platforms is nodes, and nobody reads them',
  ],
  [
    'a list of nothing',
    {
      ...prod({ repositories: { include: [] } }),
      registryDefaults: { repositories: { source: 'list', include: ['a'] } },
    },
    'registries.prod: repositories.source is list, and there are no names in repositories.include.',
  ],
];

/** What is near to that, and right. */
const TAKEN: readonly (readonly [string, Values])[] = [
  ['durations of days', { ...prod({ fullWalkEvery: '2d' }), registryDefaults: { timeout: '0030s' } }],
  ['sizes', prod({ manifestLimit: '4393216B', unpackLimit: '1TiB', readWithoutRange: '64kB' })],
  ['times', prod({ coverageAcceptedAt: '2026-01-31T08:00:00.5+02:00' })],
  ['hosts', prod({ hosts: ['Registry.example.com.', '[2001:db8::1]:5000', '2001:db8::1', 'a_b:5000', '10.0.0.1'] })],
  ['names of repositories', prod({ repositories: { include: ['a', 'a-b/c__d/e.f', 'x--y'] } })],
  ['templates', copiedBy('backup/{repository}/{repository}-old')],
  ['a template of one word', copiedBy('{repository}')],
  ['globs', prod({ tags: { match: ['v[0-9]*', '!{a,b{c,d}}', '[!a]', String.raw`a\[b`, '@(a|b)'] } })],
  ['globs that are odd', prod({ tags: { match: ['[[:alpha:]]*', '[]a]', '[^]]', '{a}}', '"["', '!(a|b)'] } })],
  ['ends of sidecars', { ...LEAST, quitUrl: 'http://127.0.0.1:15020/quitquitquit' }],
  ['ends of sidecars by a name', { ...LEAST, quitUrl: 'HTTP://mesh.localhost:4191/shutdown' }],
  ['the whole registry', prod(acknowledged({ fault: 'unresolvable' }))],
  ['nodes that are read', { ...prod({ platforms: 'nodes' }), kubernetes: { nodes: true } }],
  [
    'a list of one name for all',
    { ...prod({}), registryDefaults: { repositories: { source: 'list', include: ['team/app'] } } },
  ],
  ['ports', prod({ url: 'https://registry.example.com:65535', hosts: ['a:80'] })],
];

describe('settings that the probe would end with at every run', () => {
  test.each(REFUSED)('%s: refused by the chart', (_, values, problem) => {
    expect(() => render(values)).toThrow(problem);
  });

  test.each(TAKEN)('%s: taken by the chart and by the probe', async (_, values) => {
    const objects = render(values);

    await expect(load(objects)).resolves.toMatchObject({ warnings: [] });
  });
});

/** What the probe makes of its config file. */
async function load(objects: ReturnType<typeof render>) {
  const { args, env, files } = start(podOf(objects, 'CronJob'), objects);
  const parsed = parseCommandLine(args);
  if (parsed.kind !== 'typed') throw new Error(`${args.join(' ')} is no command line`);
  const readFile = async (path: string): Promise<string> => files.get(path) ?? '';
  return loadSettings({ ...parsed.typed, env, readFile });
}

describe('names and labels that clusters and Prometheus refuse', () => {
  test.each<readonly [string, Values, string]>([
    ['a label with a blank', { ...LEAST, commonLabels: { team: 'a b' } }, "'/commonLabels/team': 'a b' does not match"],
    ['a label of 64', { ...LEAST, podLabels: { team: 'x'.repeat(64) } }, "'/podLabels/team'"],
    ['a label with two slashes', prod({ podLabels: { 'a/b/c': 'x' } }), 'a/b/c'],
    ['a selector with a path', { ...LEAST, nodeSelector: { pool: '/big' } }, "'/nodeSelector/pool'"],
    ['a label of alerts with a dash', { ...LEAST, prometheusRule: { additionalRuleLabels: { 'a-b': 'x' } } }, 'a-b'],
    [
      'an annotation of an alert with a dot',
      { ...LEAST, prometheusRule: { rules: { RegistryCatalogInaccessible: { annotations: { 'a.b': 'x' } } } } },
      'a.b',
    ],
  ])('%s: refused', (_, values, problem) => {
    expect(() => render(values)).toThrow(problem);
  });
});
