import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { runProgram } from '../../src/cli/program.ts';
import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { single } from '../support/reg-fixture.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { fakeIo } from './fake-io.ts';

const DURATION = 'expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d (more than 0, 596h at most)';
const REGISTRY_URL =
  'expected an http or https URL without credentials, query, fragment or /v2, such as https://registry.example.com';
const REFERENCE = 'expected HOST/REPOSITORY[:TAG][@DIGEST], such as registry.example.com/team/app:v1';
const SLASH = "a registry's name cannot contain '/': it is a label of the metrics and a part of their address; use '-'";
const LABEL = 'expected the name of a label: letters, digits and _, not beginning with a digit or __';
const HEX = 'a'.repeat(64);

let registry: DemoRegistry;
let url: URL;
let gateway: HttpStub;
let folder: string;

beforeAll(async () => {
  registry = createDemoRegistry();
  registry.store.put(single.repository, single.tag, single.content);
  url = await registry.listen();
  gateway = await startStub((_, response) => response.writeHead(202).end());
  folder = await mkdtemp(join(tmpdir(), 'program-'));
  await writeFile(join(folder, 'empty.pem'), 'no certificate\n');
  await writeFile(join(folder, 'token'), 'one\ntwo\n');
  await writeFile(join(folder, 'docker.json'), 'auths: {}');
  await writeFile(join(folder, 'list.json'), '[]');
  await writeFile(join(folder, 'config.json'), '{"auths":');
});
afterEach(() => registry.requests.clear());
afterAll(async () => {
  await registry.close();
  await gateway.stop();
  await rm(folder, { recursive: true });
});

interface Wrong {
  readonly title: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The config file. */
  readonly file?: string;
  readonly problems: readonly string[];
}

/** In arguments, files and messages: where the demo registry is, and where files are. */
function fill(text: string): string {
  return text.replaceAll('%URL', url.origin).replaceAll('%HOST', url.host).replaceAll('%DIR', folder);
}

const RUN = ['run', '--registry-url', '%URL', '--pushgateway', '%GATEWAY'];
const withFile = ['run', '--config', '%DIR/probe.yaml', '--pushgateway', '%GATEWAY'];

const WRONG: readonly Wrong[] = [
  {
    title: 'an unknown flag',
    argv: [...RUN, '--dryrun'],
    problems: ["unknown option '--dryrun' (Did you mean --dry-run?) (see --help)"],
  },
  {
    title: 'a password on the command line',
    argv: [...RUN, '--registry-password', 'hunter2'],
    problems: [
      "unknown option '--registry-password': credentials are never given by flag; set PROBE_REGISTRY_USERNAME and PROBE_REGISTRY_PASSWORD, or use the config file (see --help)",
    ],
  },
  {
    title: 'an unknown setting in the file',
    argv: withFile,
    file: 'registries: { lab: { url: %URL } }\nconcurency: 2\n',
    problems: ['%DIR/probe.yaml: concurency: unknown key; did you mean concurrency?'],
  },
  {
    title: 'an unknown setting in the environment',
    argv: RUN,
    env: { PROBE_BLOBCHECK: 'full' },
    problems: ['PROBE_BLOBCHECK: unknown variable; did you mean PROBE_BLOB_CHECK?'],
  },
  {
    title: 'a reference with a scheme',
    argv: ['verify', 'http://registry.example.com/app:v1'],
    problems: [`http://registry.example.com/app:v1: a reference has no scheme; ${REFERENCE}`],
  },
  {
    title: 'a digest alone',
    argv: ['verify', `sha256:${HEX}`],
    problems: [`sha256:${HEX}: a digest alone names no repository; ${REFERENCE}`],
  },
  {
    title: 'a reference with capitals in the repository',
    argv: ['verify', 'registry.example.com/Upper/case:v1'],
    problems: [
      `registry.example.com/Upper/case:v1: 'Upper/case' is no repository name (lower case only); ${REFERENCE}`,
    ],
  },
  {
    title: 'a reference with a password in it, of several',
    argv: ['verify', '%HOST/single:v1', 'https://robot:hunter2@registry.example.com/app:v1'],
    problems: [`https://***@registry.example.com/app:v1: a reference has no scheme; ${REFERENCE}`],
  },
  {
    title: 'several wrong references, all at once',
    argv: ['verify', '%HOST/single:v1', 'app', '%HOST/single:v 1'],
    problems: [`app: the registry host is missing; ${REFERENCE}`, `%HOST/single:v 1: 'v 1' is no tag; ${REFERENCE}`],
  },
  {
    title: 'a config file that is not there',
    argv: ['run', '--config', '%DIR/gone.yaml'],
    problems: ["--config: cannot read '%DIR/gone.yaml': no such file"],
  },
  {
    title: 'a config file that is not there, beside a registry that is',
    argv: [...RUN, '--config', '%DIR/gone.yaml'],
    problems: ["--config: cannot read '%DIR/gone.yaml': no such file"],
  },
  {
    title: 'a config file that the environment names and that is a directory',
    argv: RUN,
    env: { PROBE_CONFIG: '%DIR' },
    problems: ["PROBE_CONFIG: cannot read '%DIR': it is a directory"],
  },
  {
    title: 'a config file that is not YAML',
    argv: withFile,
    file: 'registries: { lab: { url: %URL }\n',
    problems: [
      '%DIR/probe.yaml: line 2: not valid YAML: flow map in block collection must be sufficiently indented and end with a }',
    ],
  },
  {
    title: 'a config file that is a list',
    argv: withFile,
    file: '- url: %URL\n',
    problems: ['%DIR/probe.yaml: expected a mapping of settings at the top level'],
  },
  {
    title: 'a config file of the wrong shape: everything at once',
    argv: withFile,
    file: [
      'timeout: 30',
      'pushgateway: { groupingLabels: { a-b: x } }',
      'registries:',
      '  lab: { url: %URL, pageSize: 0, confirm: { rounds: many } }',
      '  team/prod: { url: %URL }',
      '  stage: { kind: private }',
      '  bad: { url: "%URL/v2/", tags: { match: v1 } }',
    ].join('\n'),
    problems: [
      `%DIR/probe.yaml: pushgateway.groupingLabels.a-b: ${LABEL}`,
      `%DIR/probe.yaml: timeout: ${DURATION}, got 30`,
      '%DIR/probe.yaml: registries.lab.pageSize: expected a whole number from 1 to 1000, got 0',
      "%DIR/probe.yaml: registries.lab.confirm.rounds: expected a whole number from 1 to 10, got 'many'",
      `%DIR/probe.yaml: registries.team/prod: ${SLASH}`,
      `%DIR/probe.yaml: registries.bad.url: ${REGISTRY_URL}, got '%URL/v2/'`,
      "%DIR/probe.yaml: registries.bad.tags.match: expected a list of globs, got 'v1'",
      `%DIR/probe.yaml: registries.stage.url: required; ${REGISTRY_URL}`,
    ],
  },
  {
    title: 'a CA file that is not there',
    argv: [...RUN, '--ca-file', '%DIR/ca.pem'],
    problems: ["--ca-file: caFile: cannot read '%DIR/ca.pem': no such file"],
  },
  {
    title: 'a CA file without a certificate',
    argv: [...RUN, '--ca-file', '%DIR/empty.pem'],
    problems: ["--ca-file: caFile: '%DIR/empty.pem' holds no certificate in PEM (BEGIN CERTIFICATE)"],
  },
  {
    title: 'a registry name with a slash',
    argv: [...RUN, '--registry-name', 'team/lab'],
    problems: [`--registry-name: registry.name: ${SLASH}, got 'team/lab'`],
  },
  {
    title: 'a page size of 0',
    argv: RUN,
    env: { PROBE_PAGE_SIZE: '0' },
    problems: ['PROBE_PAGE_SIZE: pageSize: expected a whole number from 1 to 1000, got 0'],
  },
  {
    title: 'no registry at all',
    argv: ['run', '--pushgateway', '%GATEWAY'],
    problems: ['no registry: give --registry-url or a config file with registries'],
  },
  {
    title: 'an address of a registry with a password in it',
    argv: ['run', '--registry-url', 'http://robot:hunter2@%HOST'],
    problems: [`--registry-url: registry.url: ${REGISTRY_URL}, got 'http://***@%HOST'`],
  },
  {
    title: 'a duration without a unit',
    argv: [...RUN, '--deadline', '600'],
    problems: [`--deadline: deadline: ${DURATION}, got '600'`],
  },
  {
    title: 'a user without a password',
    argv: RUN,
    env: { PROBE_REGISTRY_USERNAME: 'robot' },
    problems: ['PROBE_REGISTRY_USERNAME: registry.username: a username needs PROBE_REGISTRY_PASSWORD too'],
  },
  {
    title: 'a token file of two lines',
    argv: RUN,
    env: { PROBE_PUSHGATEWAY_BEARER_TOKEN_FILE: '%DIR/token' },
    problems: ["PROBE_PUSHGATEWAY_BEARER_TOKEN_FILE: pushgateway.bearerTokenFile: '%DIR/token' has more than one line"],
  },
  {
    title: 'a Docker config that is not JSON',
    argv: withFile,
    file: 'registries: { lab: { url: %URL, auth: { dockerConfigFile: %DIR/docker.json } } }',
    problems: ["%DIR/probe.yaml: registries.lab.auth.dockerConfigFile: '%DIR/docker.json' is not JSON"],
  },
  {
    title: 'a Docker config that is a list',
    argv: withFile,
    file: 'registries: { lab: { url: %URL, auth: { dockerConfigFile: %DIR/list.json } } }',
    problems: ["%DIR/probe.yaml: registries.lab.auth.dockerConfigFile: '%DIR/list.json' holds no JSON mapping"],
  },
  {
    title: "the user's own Docker config, not JSON, for a run",
    argv: RUN,
    env: { DOCKER_CONFIG: '%DIR' },
    problems: ['the Docker configuration %DIR/config.json is not JSON'],
  },
  {
    title: "the user's own Docker config, not JSON, for a run over a host without a scheme",
    argv: ['run', '--registry-url', '%HOST', '--pushgateway', '%GATEWAY'],
    env: { DOCKER_CONFIG: '%DIR' },
    problems: ['the Docker configuration %DIR/config.json is not JSON'],
  },
  {
    title: "the user's own Docker config, not JSON, where another registry could be asked",
    argv: withFile,
    file: 'registries:\n  lab: { url: %URL }\n  other: { url: %URL, auth: { username: robot, password: hunter2 } }\n',
    env: { DOCKER_CONFIG: '%DIR' },
    problems: ['the Docker configuration %DIR/config.json is not JSON'],
  },
  {
    title: "the user's own Docker config, not JSON, for a gate",
    argv: ['verify', '%HOST/single:v1'],
    env: { DOCKER_CONFIG: '%DIR' },
    problems: ['the Docker configuration %DIR/config.json is not JSON'],
  },
  {
    title: "a grouping label that is the probe's own, for a push",
    argv: RUN,
    env: { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'repository=x' },
    problems: ["the grouping label 'repository' is a label of the probe's own metrics"],
  },
  {
    title: 'a metrics file in a folder that is not there',
    argv: ['run', '--registry-url', '%URL', '--metrics-file', '%DIR/missing/probe.prom'],
    problems: [
      "metricsFile: nothing can be written into the folder %DIR/missing: ENOENT: no such file or directory, stat '%DIR/missing'",
    ],
  },
  {
    title: "a grouping label that is the probe's own, for a file",
    argv: ['run', '--registry-url', '%URL', '--metrics-file', '%DIR/probe.prom'],
    env: { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'repository=x' },
    problems: ["the grouping label 'repository' is a label of the probe's own metrics"],
  },
];

describe('what cannot be used is told in one line each, before anything is asked', () => {
  test.each(WRONG)('$title', async ({ argv, env = {}, file = '', problems }) => {
    await writeFile(join(folder, 'probe.yaml'), fill(file));
    const io = fakeIo({
      argv: argv.map((one) => fill(one).replace('%GATEWAY', gateway.url.origin)),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
    });

    const code = await runProgram(io);

    expect(io.err).toBe(problems.map((problem) => `registry-integrity-probe: ${fill(problem)}\n`).join(''));
    expect(code).toBe(2);
    expect(io.out).toBe('');
    expect(registry.requests.all).toEqual([]);
    expect(gateway.seen).toEqual([]);
    expect(io.signals.listeners).toBe(0);
  });
});

describe('runProgram', () => {
  test.each([['--help'], ['run', '--help'], ['--version']])('answers %s on standard output', async (...argv) => {
    const io = fakeIo({ argv });

    const code = await runProgram(io);

    expect(code).toBe(0);
    expect(io.out).not.toBe('');
    expect(io.err).toBe('');
  });

  test('warns of what is written in an old way, and goes on', async () => {
    await writeFile(join(folder, 'probe.yaml'), fill('registries: { lab: { url: %URL, type: private } }\n'));
    const io = fakeIo({ argv: ['run', '--config', join(folder, 'probe.yaml')] });

    const code = await runProgram(io);

    expect(code).toBe(0);
    const warning = io.err.split('\n').find((line) => line.includes('deprecated'));
    expect(JSON.parse(warning ?? '')).toMatchObject({
      level: 'warn',
      msg: `${folder}/probe.yaml: registries.lab.type is deprecated; write registries.lab.kind`,
    });
  });

  test.each([['run', '--registry-url', 'http://127.0.0.1:9'], ['verify', '127.0.0.1:9/app:v1'], ['demo'], ['forget']])(
    'what is no usage error is a bug: one line says what to report, and the end is 3: %s',
    async (...argv) => {
      const env = new Proxy({}, { ownKeys: () => raise('not made'), get: () => raise('not made') });
      const io = fakeIo({ argv });

      const code = await runProgram({ ...io, env });

      expect(code).toBe(3);
      expect(io.err).toMatch(/^registry-integrity-probe: this is a bug of the probe, .*Error: not made, at .*\n$/);
      expect(io.signals.listeners).toBe(0);
    },
  );

  test('an output that cannot be written ends with 4, and standard error says why', async () => {
    const io = fakeIo({ argv: ['--version'], full: true });

    const code = await runProgram(io);

    expect(code).toBe(4);
    expect(io.err).toBe('registry-integrity-probe: standard output cannot be written: no space left on device\n');
  });

  test('a dry run prints the same report, and delivers nothing', async () => {
    const argv = ['run', '--registry-url', url.origin, '--output', 'json'];
    const file = join(folder, 'dry.prom');
    const live = fakeIo({ argv });
    const dry = fakeIo({
      argv: [...argv, '--dry-run', '--pushgateway', gateway.url.origin, '--metrics-file', file],
    });

    const codes = [await runProgram(live), await runProgram(dry)];

    expect(codes).toEqual([0, 0]);
    expect(withoutTimes(dry.out)).toEqual(withoutTimes(live.out));
    expect(gateway.seen).toEqual([]);
    await expect(rm(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

function raise(message: string): never {
  throw new Error(message);
}

function withoutTimes(report: string): unknown {
  return JSON.parse(report, (key, value: unknown) =>
    /At$|^durationSeconds$/.test(key) ? undefined : value,
  ) as unknown;
}
