import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import manifest from '../../package.json' with { type: 'json' };
import { toolPath } from '../support/tools/tools.ts';
import { commentAbove, ROOT, textOf, yamlOf } from './pipelines.ts';

const Step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const Job = z.looseObject({
  'timeout-minutes': z.number().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  uses: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
  steps: z.array(Step).default([]),
});
const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.looseObject({ group: z.string() }).optional(),
  jobs: z.record(z.string(), Job),
});

const FOLDER = '.github/workflows';
const FILES = [...readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`), 'docs/ci/github.yml'];
const WORKFLOWS = FILES.map((path) => [path, Workflow.parse(yamlOf(path))] as const);
const TEST = Workflow.parse(yamlOf(`${FOLDER}/test.yml`));
const RELEASE = Workflow.parse(yamlOf(`${FOLDER}/release.yml`));

function stepsOf(workflow: z.infer<typeof Workflow>): readonly z.infer<typeof Step>[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}

describe('the workflows', () => {
  test('actionlint finds nothing wrong with them', () => {
    const { status, stdout, stderr } = spawnSync(
      toolPath('actionlint'),
      ['-no-color', '-shellcheck=', '-pyflakes=', ...FILES],
      { cwd: ROOT, encoding: 'utf8' },
    );

    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test.each(WORKFLOWS)('%s: every action of others is pinned by commit, with its version', (path, workflow) => {
    const used = stepsOf(workflow).flatMap(({ uses }) => uses ?? []);
    const ofOthers = used.filter((uses) => !uses.startsWith('./') && !uses.startsWith('OWNER/'));

    expect(ofOthers.length).toBeGreaterThan(0);
    for (const uses of ofOthers) {
      expect(uses).toMatch(/@[0-9a-f]{40}$/);
      expect(textOf(path)).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
  });

  test('an action has one version everywhere', () => {
    const used = FILES.flatMap((path) => [...textOf(path).matchAll(/uses: ([^@\s]+)@(\S+ # \S+)/g)]);
    const versions = new Map<string, Set<string>>();
    for (const [, action = '', version = ''] of used) {
      versions.set(action, (versions.get(action) ?? new Set()).add(version));
    }

    expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
    expect(versions.size).toBeGreaterThan(4);
  });

  test.each(WORKFLOWS)('%s: may only read by default, and every job of steps ends by itself', (_, workflow) => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) {
      expect(job.uses !== undefined || job['timeout-minutes'] !== undefined).toBe(true);
    }
  });

  test.each(WORKFLOWS)('%s: no script has an expression in it, which would be code', (_, workflow) => {
    const scripts = stepsOf(workflow).flatMap(({ run }) => run ?? []);

    expect(scripts.filter((run) => run.includes('${{'))).toEqual([]);
  });

  test.each(WORKFLOWS)('%s: no script is longer than ten lines', (_, workflow) => {
    const lengths = stepsOf(workflow).map(({ run }) => (run ?? '').trim().split('\n').length);

    expect(Math.max(...lengths)).toBeLessThanOrEqual(10);
  });
});

describe('the test workflow', () => {
  test('starts by a push, a pull request, by hand and by the release, and says why by hand', () => {
    expect(Object.keys(TEST.on)).toEqual(['push', 'pull_request', 'workflow_dispatch', 'workflow_call']);
    expect(commentAbove(`${FOLDER}/test.yml`, 'workflow_dispatch:')).toMatch(/^By hand: .*without a cosmetic commit/);
    expect(TEST.concurrency?.group).toContain('github.ref');
  });

  test("runs the README's commands", () => {
    const scripts = stepsOf(TEST).map(({ run }) => run ?? '');

    for (const command of ['npm ci', 'npm run demo', 'npm test']) {
      expect(textOf('README.md')).toContain(command);
      expect(scripts.some((run) => run.endsWith(command))).toBe(true);
    }
  });

  test('runs every longer suite of package.json', () => {
    const suites = Object.keys(manifest.scripts).filter((name) => name.startsWith('test:'));

    expect(TEST.jobs['suite']?.strategy?.matrix['suite']?.toSorted()).toEqual(suites.toSorted());
  });
});

describe('the release workflow', () => {
  const { build, publish } = RELEASE.jobs;
  const steps = [...(build?.steps ?? []), ...(publish?.steps ?? [])];
  const at = (part: string) => steps.findIndex((step) => JSON.stringify(step).includes(part));

  test('starts by a tag alone, builds after the tests, and has the rights to publish and to sign behind that', () => {
    expect(RELEASE.on).toEqual({ push: { tags: ['v*'] } });
    expect(RELEASE.jobs['test']?.uses).toBe(`./${FOLDER}/test.yml`);
    expect(build?.needs).toBe('test');
    expect(build?.permissions).toBeUndefined();
    expect(publish?.needs).toBe('build');
    expect(publish?.permissions).toEqual({ contents: 'write', packages: 'write', 'id-token': 'write' });
    const withRights = Object.entries(RELEASE.jobs).filter(([, { permissions }]) => permissions !== undefined);
    expect(withRights.map(([name]) => name)).toEqual(['publish', 'npm']);
  });

  test('checks the version, builds, stamps, packages, pushes, verifies, signs and publishes, in this order', () => {
    const order = [
      'release.ts check',
      'docker/build-push-action',
      'release.ts stamp',
      'helm package',
      'actions/upload-artifact',
      'actions/download-artifact',
      'skopeo copy --all --preserve-digests',
      'dist/registry-integrity-probe.mjs verify',
      'cosign sign --yes --recursive',
      'helm push',
      'gh release create',
    ].map(at);

    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('builds for both architectures, with provenance, SBOM and the arguments that the Dockerfile takes', () => {
    const { with: given } = z.looseObject({ with: z.record(z.string(), z.unknown()) }).parse(steps[at('build-push')]);
    const buildArgs = String(given['build-args']).trim().split('\n');

    expect(given).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      outputs: 'type=oci,dest=image.tar',
      sbom: true,
      provenance: 'mode=max',
    });
    expect(buildArgs).toHaveLength(3);
    for (const argument of buildArgs) expect(textOf('Dockerfile')).toContain(`ARG ${argument.split('=')[0]}`);
  });

  test('publishes to npm what was packed without a right, in a job that has no other right and keeps no token', () => {
    const { package: packing, npm } = RELEASE.jobs;
    const commands = (job: typeof npm) => (job?.steps ?? []).map(({ run }) => run ?? '').join('\n');

    expect(packing?.permissions).toBeUndefined();
    expect(commands(packing)).toMatch(
      /release\.ts check .*\n.*run --silent build\n.*release\.ts package .*\n.*npm pack/,
    );
    expect(npm?.permissions).toEqual({ 'id-token': 'write' });
    expect(npm?.needs).toEqual(['package', 'publish']);
    expect(commands(npm)).toMatch(/npm publish --ignore-scripts .*\.tgz"/);
    expect(commands(npm)).toContain('--provenance --access public');
    expect(JSON.stringify(RELEASE.jobs)).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
    const publishing = stepsOf(RELEASE).filter(({ run }) => run?.includes('npm publish') === true);
    expect(publishing).toHaveLength(1);
  });

  test('signs by digest and never by tag', () => {
    const signing = steps
      .filter(({ run }) => run?.includes('cosign sign') === true)
      .map((step) => JSON.stringify(step));

    expect(signing).toHaveLength(2);
    expect(signing.filter((step) => !/@\$DIGEST|@\$digest/.test(step))).toEqual([]);
  });
});
