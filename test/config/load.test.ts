import { describe, expect, test } from 'vitest';

import { load, prod, withProd } from './loading.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('loadSettings', () => {
  test('gives every setting its default', async () => {
    const { settings, warnings } = await load({});

    expect(warnings).toEqual([]);
    expect(settings).toEqual({
      output: 'text',
      hintsFor: 'command',
      dryRun: false,
      failOnFindings: false,
      failOnUnknown: true,
      check: false,
      quitUrl: '',
      logLevel: 'info',
      deadline: 780_000,
      metricsFile: null,
      stateFile: null,
      htmlFile: null,
      junitFile: null,
      markdownFile: null,
      annotationsFile: null,
      cacheDirectory: null,
      staleAfterSeconds: 3600,
      shard: null,
      findings: { maxSeries: 50 },
      proxy: { http: '', https: '', no: '' },
      pushgateway: {
        url: null,
        job: 'registry-integrity-probe',
        groupingLabels: {},
        registries: null,
        storages: null,
        timeout: 15_000,
        retries: 4,
        username: null,
        password: null,
        bearerToken: null,
        ca: null,
        clientCertificate: null,
        insecure: false,
      },
      kubernetes: {
        inUse: false,
        namespaces: [],
        configMap: null,
        state: null,
        events: false,
        nodes: false,
        namespace: null,
      },
      verify: { platforms: [], wait: 0, copyOf: null },
      demo: { storage: null },
      forget: { wait: 0, witness: '' },
      walk: {
        concurrency: 'auto',
        maxConcurrency: 32,
        requestsPerSecond: null,
        requestsPerRun: null,
        fullWalkEvery: null,
        coverageAcceptedAt: null,
        scrub: { every: null, bytesPerSecond: 20_000_000 },
        timeout: 30_000,
        retries: 2,
        blobCheck: 'tail',
        insecure: false,
        ca: null,
        clientCertificate: null,
        repositories: { match: [], include: [], source: 'catalog' },
        tags: { match: [] },
        pageSize: 1000,
        allowEmptyCatalog: false,
        acknowledged: [],
        platforms: 'all',
        allowMissingPlatforms: [],
        excludePlatforms: [],
        referrers: false,
        confirm: { delay: 2000, rounds: 3 },
        readWithoutRange: 1_048_576,
        unpackLimit: 20_000_000_000,
        manifestLimit: 4_393_216,
      },
      scan: { kind: [], registryVersion: 2, beforeGc: false, deleteUntagged: false, failOnFindings: true },
      registryName: null,
      registries: [],
    });
  });

  test('resolves a registry of flags and environment alone', async () => {
    const { settings } = await load({
      command: 'run',
      flags: { 'registry.url': 'http://127.0.0.1:5000', 'tags.match': ['v*', '!*-rc'], insecure: true },
      env: { PROBE_REGISTRY_USERNAME: 'robot', PROBE_REGISTRY_PASSWORD: 'hunter2' },
    });

    expect(settings.registries).toEqual([
      {
        ...settings.walk,
        name: '127-0-0-1-5000',
        url: 'http://127.0.0.1:5000',
        schemeGiven: true,
        kind: 'private',
        hosts: [],
        copies: [],
        onlyForCopies: false,
        shards: 1,
        expectAuth: true,
        auth: { username: 'robot', password: 'hunter2', dockerConfig: null, pullSecret: null, tokenHosts: [] },
      },
    ]);
    expect(settings.walk).toMatchObject({ tags: { match: ['v*', '!*-rc'] }, insecure: true });
  });

  test('sorts registries by name and keeps what each says for itself', async () => {
    const file = `
concurrency: 8
confirm: { rounds: 5 }
registries:
  stage: { url: stage.example.com, concurrency: 2 }
  prod: { url: https://registry.example.com/, confirm: { delay: 10s }, hosts: [Registry.Example.com:443] }
`;

    const { settings } = await load({ file });

    expect(settings.registries).toMatchObject([
      {
        name: 'prod',
        url: 'https://registry.example.com',
        schemeGiven: true,
        concurrency: 8,
        confirm: { delay: 10_000, rounds: 5 },
        hosts: ['registry.example.com'],
      },
      { name: 'stage', url: 'https://stage.example.com', schemeGiven: false, concurrency: 2, confirm: { delay: 2000 } },
    ]);
    expect(settings.walk).toMatchObject({ concurrency: 8, confirm: { delay: 2000, rounds: 5 } });
  });

  test('reads secrets and certificates from the files that settings name', async () => {
    const file = [
      'caFile: /ca.pem',
      'pushgateway: { url: "http://pushgateway.example.com:9091/", bearerTokenFile: /token, caFile: /other.pem }',
      withProd('auth: { username: robot, passwordFile: /password, dockerConfigFile: /docker.json }'),
    ].join('\n');
    const files = {
      '/ca.pem': PEM,
      '/other.pem': `# another\n${PEM}`,
      '/token': 'abc\r\n',
      '/password': ' hunter2 \n',
      '/docker.json': '{"auths":{}}',
    };

    const loaded = await load({ file, files });

    expect(loaded.settings.walk.ca).toBe(PEM);
    expect(loaded.settings.pushgateway).toMatchObject({
      url: 'http://pushgateway.example.com:9091',
      bearerToken: 'abc',
      ca: `# another\n${PEM}`,
    });
    expect(prod(loaded)).toMatchObject({
      ca: PEM,
      expectAuth: true,
      auth: {
        username: 'robot',
        password: ' hunter2 ',
        dockerConfig: '{"auths":{}}',
        pullSecret: null,
        tokenHosts: [],
      },
    });
  });

  test.each([
    ['nothing configured', '', false],
    ['a user', 'auth: { username: robot, password: secret }', true],
    [
      'credentials, and a registry known to be open',
      'auth: { username: robot, password: secret }\n    expectAuth: false',
      false,
    ],
    ['no credentials, and a registry known to be closed', 'expectAuth: true', true],
  ])('expects a registry to refuse anonymous requests: %s', async (_case, line, expected) => {
    const loaded = await load({ file: withProd(line) });

    expect(prod(loaded).expectAuth).toBe(expected);
  });

  test('takes the config file that the environment names', async () => {
    const { settings } = await load({
      env: { PROBE_CONFIG: '/etc/probe.yaml' },
      files: { '/etc/probe.yaml': 'retries: 7' },
    });

    expect(settings.walk.retries).toBe(7);
  });

  test('prefers the config file of the command line to the one of the environment', async () => {
    const { settings } = await load({
      file: 'retries: 3',
      env: { PROBE_CONFIG: '/etc/probe.yaml' },
      files: { '/etc/probe.yaml': 'retries: 7' },
    });

    expect(settings.walk.retries).toBe(3);
  });

  test('keeps deprecated keys working, with a warning', async () => {
    const loaded = await load({ file: withProd('type: pull-through', 'insecureSkipVerify: true') });

    expect(prod(loaded)).toMatchObject({ kind: 'pull-through', insecure: true });
    expect(loaded.warnings).toEqual([
      'probe.yaml: registries.prod.insecureSkipVerify is deprecated; write registries.prod.insecure',
      'probe.yaml: registries.prod.type is deprecated; write registries.prod.kind',
    ]);
  });

  test.each(['', '# nothing yet\n', 'registries:\n', 'pushgateway:\nconfirm:\n'])(
    'accepts a config file in which nothing is given: %j',
    async (file) => {
      expect((await load({ file })).settings.registries).toEqual([]);
    },
  );
});
