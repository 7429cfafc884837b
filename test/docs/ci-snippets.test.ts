import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import manifest from '../../package.json' with { type: 'json' };
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { environmentName } from '../../src/config/environment.ts';
import { TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { commentAbove, readVerify, textOf, yamlOf } from './pipelines.ts';

const GITLAB = 'docs/ci/gitlab-ci.yml';
const WOODPECKER = 'docs/ci/woodpecker.yml';
const GITHUB = 'docs/ci/github.yml';

const Rules = z.array(z.strictObject({ if: z.string() }));
const GitlabJob = z.strictObject({
  stage: z.string(),
  rules: Rules,
  variables: z.record(z.string(), z.string()).optional(),
  script: z.array(z.string()),
  artifacts: z.strictObject({ when: z.literal('always'), reports: z.strictObject({ junit: z.string() }) }).optional(),
});
const Gitlab = z.strictObject({
  stages: z.array(z.string()),
  workflow: z.strictObject({ rules: Rules }),
  variables: z.record(z.string(), z.string()),
  default: z.strictObject({ image: z.string(), services: z.array(z.string()), timeout: z.string() }),
  publish: GitlabJob,
  verify: GitlabJob,
});
const Secret = z.strictObject({ from_secret: z.string() });
const WoodpeckerStep = z.strictObject({
  name: z.string(),
  image: z.string(),
  settings: z.record(z.string(), z.union([z.string(), Secret])).optional(),
  environment: z.record(z.string(), z.union([z.string(), Secret])).optional(),
  entrypoint: z.array(z.string()).optional(),
});
const Woodpecker = z.strictObject({
  when: z.array(z.strictObject({ event: z.array(z.string()), branch: z.string() })),
  steps: z.array(WoodpeckerStep),
});
const Github = z.looseObject({ on: z.record(z.string(), z.unknown()) });

const SETTINGS = TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path));
const PLATFORMS = ['linux/amd64', 'linux/arm64'];

describe('the pipeline for GitLab', () => {
  const pipeline = Gitlab.parse(yamlOf(GITLAB));

  test('starts by a push and by hand, and says why by hand, and what the trap is', () => {
    const why = commentAbove(GITLAB, '- if: $CI_PIPELINE_SOURCE == "web"');

    const sources = pipeline.workflow.rules.flatMap(
      (rule) => /\$CI_PIPELINE_SOURCE == "(\w+)"/.exec(rule.if)?.[1] ?? [],
    );
    expect(sources).toEqual(['push', 'web']);
    expect(why).toContain('without a cosmetic commit');
    expect(why).toMatch(/The trap: .* every job .* protected variable is empty/);
  });

  test('every job of it looks at its source, as it advises', () => {
    for (const { rules, stage } of [pipeline.publish, pipeline.verify]) {
      expect(rules.map((rule) => rule.if)).toEqual(['$CI_PIPELINE_SOURCE == "push" || $CI_PIPELINE_SOURCE == "web"']);
      expect(pipeline.stages).toContain(stage);
    }
    expect(pipeline.stages).toEqual(['publish', 'verify']);
  });

  test('verifies the very name that it pushes, with the platforms that it builds, and waits', () => {
    const build = pipeline.publish.script.find((line) => line.includes('buildx build'));
    const line = pipeline.verify.script.at(-1) ?? '';

    expect(build).toContain('--tag "$IMAGE" --push');
    expect(build).toContain(`--platform ${PLATFORMS.join(',')}`);
    expect(line).toMatch(/"\$PROBE_IMAGE" verify .* "\$IMAGE"$/);
    expect(readVerify(line)).toMatchObject({
      kind: 'typed',
      typed: { command: 'verify', flags: { 'verify.platforms': PLATFORMS, 'verify.wait': '2m' } },
    });
  });

  test('shows what is broken in the merge request, from where the probe writes it', () => {
    const line = pipeline.verify.script.at(-1) ?? '';
    const folder = /--volume "\$CI_PROJECT_DIR\/(\w+):\/(\w+)"/.exec(line)?.slice(1);

    expect(folder).toEqual(['reports', 'reports']);
    expect(pipeline.verify.script[0]).toBe('mkdir -p reports');
    expect(readVerify(line)).toMatchObject({
      typed: { flags: { junitFile: `/${pipeline.verify.artifacts?.reports.junit}` } },
    });
  });

  test('hands the login on by name, and every variable of it is one that the probe reads', () => {
    const given = Object.keys(pipeline.verify.variables ?? {});
    const handedOn = [...(pipeline.verify.script.at(-1) ?? '').matchAll(/--env (\S+)/g)].map(([, name]) => name);

    expect(handedOn).toEqual(given);
    expect(given.filter((name) => !SETTINGS.includes(name))).toEqual([]);
    expect(JSON.stringify([pipeline.publish.script, pipeline.verify.script])).not.toMatch(/-p(?:assword)? "?\$/);
  });
});

describe('the pipeline for Woodpecker', () => {
  const pipeline = Woodpecker.parse(yamlOf(WOODPECKER));
  const [publish, verify] = pipeline.steps;

  test('starts by a push and by hand, and says why by hand, and what the trap is', () => {
    const why = commentAbove(WOODPECKER, '- event:');

    expect(pipeline.when.map(({ event }) => event)).toEqual([['push', 'manual']]);
    expect(why).toContain('without a cosmetic commit');
    expect(why).toMatch(/The trap: a manual event starts every workflow/);
    expect(why).toMatch(/a secret is only given to the events that it allows: add `manual`/);
  });

  test('runs the entry point of the image with arguments that the probe takes', () => {
    const ofImage = /^ENTRYPOINT (\[.*\])$/m.exec(textOf('Dockerfile'))?.[1] ?? '[]';
    const entryPoint = z.array(z.string()).parse(JSON.parse(ofImage));
    const own = verify?.entrypoint ?? [];

    expect(own.slice(0, entryPoint.length)).toEqual(entryPoint);
    expect(parseCommandLine(own.slice(entryPoint.length))).toMatchObject({
      kind: 'typed',
      typed: { command: 'verify', flags: { 'verify.platforms': PLATFORMS, 'verify.wait': '2m' } },
    });
  });

  test('verifies the very name that it pushes, with the platforms that it builds and the same login', () => {
    const { repo, tags, platforms, registry, username, password } = publish?.settings ?? {};

    expect(verify?.entrypoint?.at(-1)?.split(/:(?=\$)/)).toEqual([repo, tags]);
    expect(platforms).toBe(PLATFORMS.join(','));
    expect(verify?.environment).toEqual({
      PROBE_REGISTRY_URL: registry,
      PROBE_REGISTRY_USERNAME: username,
      PROBE_REGISTRY_PASSWORD: password,
    });
    expect(Object.keys(verify?.environment ?? {}).filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });
});

describe('the workflow for GitHub', () => {
  test('starts by a push and by hand, and says why by hand', () => {
    expect(Object.keys(Github.parse(yamlOf(GITHUB)).on)).toEqual(['push', 'workflow_dispatch']);
    expect(commentAbove(GITHUB, 'workflow_dispatch:')).toContain('without a cosmetic commit');
  });

  test('gives the action inputs that it has, and all that it requires', () => {
    const Inputs = z.looseObject({ inputs: z.record(z.string(), z.looseObject({ required: z.boolean().optional() })) });
    const { inputs } = Inputs.parse(yamlOf('action.yml'));
    const Steps = z.array(
      z.looseObject({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
    );
    const { jobs } = z
      .looseObject({ jobs: z.record(z.string(), z.looseObject({ steps: Steps })) })
      .parse(yamlOf(GITHUB));
    const step = jobs['publish']?.steps.find(({ uses }) => uses?.startsWith('OWNER/') === true);
    const given = Object.keys(step?.with ?? {});

    expect(given.filter((name) => inputs[name] === undefined)).toEqual([]);
    expect(Object.keys(inputs).filter((name) => inputs[name]?.required === true && !given.includes(name))).toEqual([]);
  });
});

describe('the examples', () => {
  test.each([GITLAB, WOODPECKER, GITHUB, 'docs/ci/README.md'])('%s names this version and no other', (path) => {
    const named = [...textOf(path).matchAll(/registry-integrity-probe(?::|@v)(\S+)/g)].map(([, version]) => version);

    expect(named).toEqual([manifest.version]);
  });

  test('every floating tag of an image would be seen', () => {
    const images = [GITLAB, WOODPECKER].flatMap((path) => [...textOf(path).matchAll(/(?:image|IMAGE): (\S+:\S+)/g)]);

    expect(images.length).toBeGreaterThan(3);
    expect(images.map(([, image]) => image).filter((image) => !/:(?:\d+\.|\$)/.test(image ?? ''))).toEqual([]);
  });

  test('are all named in the page about them, and the page in the README', () => {
    const page = textOf('docs/ci/README.md');

    for (const name of ['gitlab-ci.yml', 'woodpecker.yml', 'github.yml', '../../action.yml'])
      expect(page).toContain(`(${name})`);
    expect(textOf('README.md')).toContain('(docs/ci/README.md)');
  });
});
