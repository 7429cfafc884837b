import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

import { ROOT, yamlOf } from './pipelines.ts';

const Permissions = z.union([z.string(), z.record(z.string(), z.string())]);
const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const Job = z.looseObject({ permissions: Permissions.optional(), steps: z.array(Step).default([]) });
const Workflow = z.looseObject({
  permissions: Permissions.optional(),
  env: z.unknown().optional(),
  defaults: z.unknown().optional(),
  jobs: z.record(z.string(), Job),
});
type Workflow = z.infer<typeof Workflow>;
type Job = z.infer<typeof Job>;

const FOLDER = '.github/workflows';
const FILES = [...readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`), 'docs/ci/github.yml'];
const WORKFLOWS = FILES.map((path) => [path, Workflow.parse(yamlOf(path))] as const);

/** What fetches programs of others and may run them: with it they have whatever the job has. */
const INSTALLS =
  /\b(?:(?:npm|pnpm|yarn|bun)(?: --?\S+)* (?:ci|i|it|cit|install|install-test|add|update|rebuild|exec|create|init|x|dlx)|npx|bunx|yarn(?! npm)|corepack|(?:pip3?|pipx|uv|gem|cargo|brew|dotnet|composer|krew)(?: \S+)? (?:install|add|tool|require)|go (?:install|get|run|mod|build|generate)|(?:apt|apt-get|aptitude|dnf|yum|apk|snap)(?: --?\S+)* (?:install|add|upgrade|dist-upgrade)|install\.ts|helm (?:plugin|dependency|dep)|gh extension)\b|\b(?:curl|wget)\b[^\n]*(?:\||>|-[oO]\b)/;
/** Scripts of package.json: what runs them runs whatever was installed before them, and what comes before and behind. */
const RUNS_SCRIPTS = /\bnpm(?: --?\S+)* (?:run|test|start|t|pack)\b|\bnode --run\b/;
/** A packed package is published as it is; from a folder its scripts would run first. */
const PUBLISHES = /\bnpm(?: --?\S+)* publish\b/;

/** Whether somebody who runs a program in this job has more than a reader of a public repository. */
function isTrusted(workflow: Workflow, job: Job): boolean {
  const rights = job.permissions ?? workflow.permissions ?? 'write-all';
  const mayWrite = typeof rights === 'string' ? rights !== 'read-all' : Object.values(rights).includes('write');
  const names = JSON.stringify([workflow.env ?? null, workflow.defaults ?? null, job]);
  return mayWrite || /\bsecrets\b|github\.token|github\[|toJSON\(github\)/i.test(names);
}

/** Why a job should not have the rights that it has: what it does with them, a line each. */
function abuses(workflow: Workflow): readonly string[] {
  return Object.entries(workflow.jobs).flatMap(([name, job]) => {
    if (!isTrusted(workflow, job)) return [];
    return job.steps.flatMap(({ run, uses, with: given }) => {
      const commands = (run ?? '').split('\n').filter((line) => !line.trim().startsWith('#'));
      const bad = commands.filter((line) => INSTALLS.test(line) || RUNS_SCRIPTS.test(line) || isUnpacked(line));
      const cached = uses?.startsWith('actions/setup-node@') === true && given?.['package-manager-cache'] !== false;
      const restored = uses?.startsWith('actions/cache') === true || cached;
      return [
        ...bad.map((line) => `${name}: ${line.trim()}`),
        ...(restored ? [`${name}: ${uses} restores a cache`] : []),
      ];
    });
  });
}

function isUnpacked(line: string): boolean {
  return PUBLISHES.test(line) && !(line.includes('.tgz') && line.includes('--ignore-scripts'));
}

function withJob(job: string): Workflow {
  return Workflow.parse(parse(`permissions: { contents: read }\njobs:\n  one: ${job}`));
}

describe('the rights of workflows', () => {
  test.each(WORKFLOWS)('%s: nothing is installed where there is a secret, or a right to write', (_, workflow) => {
    expect(abuses(workflow)).toEqual([]);
  });

  test.each(WORKFLOWS)('%s: no checkout leaves its token for the steps behind it', (_, workflow) => {
    const checkouts = Object.values(workflow.jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);

    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('the test looks at jobs of both kinds', () => {
    const jobs = WORKFLOWS.flatMap(([, workflow]) =>
      Object.values(workflow.jobs).map((job) => [workflow, job] as const),
    );
    const trusted = jobs.filter(([workflow, job]) => isTrusted(workflow, job));
    const installing = jobs.filter(([, job]) => job.steps.some(({ run }) => INSTALLS.test(run ?? '')));

    expect(trusted.length).toBeGreaterThan(1);
    expect(installing.length).toBeGreaterThan(3);
  });

  test.each([
    '{ permissions: { id-token: write }, steps: [{ run: npm ci }] }',
    '{ permissions: write-all, steps: [{ run: npm ci --ignore-scripts }] }',
    '{ permissions: { packages: write }, steps: [{ run: "true\\nsudo apt-get -y install curl" }] }',
    '{ steps: [{ run: go install example.com/x@v1, env: { TOKEN: "${{ secrets.TOKEN }}" } }] }',
    '{ env: { TOKEN: "${{ github.token }}" }, steps: [{ run: npx something }] }',
    '{ secrets: inherit, permissions: { contents: write }, steps: [{ run: pip3 install x }] }',
    '{ permissions: { id-token: write }, steps: [{ run: npm publish --provenance }] }',
    '{ permissions: { id-token: write }, steps: [{ run: npm publish x.tgz }] }',
    '{ permissions: { id-token: write }, steps: [{ run: npm install --global npm@11 }] }',
    '{ permissions: { id-token: write }, steps: [{ run: npm run build }] }',
    '{ permissions: { id-token: write }, steps: [{ run: "curl -sL https://example.com/x | bash" }] }',
    '{ permissions: { id-token: write }, steps: [{ uses: actions/setup-node@0123 }] }',
    '{ permissions: { id-token: write }, steps: [{ uses: actions/cache@0123 }] }',
  ])('is refused: %s', (job) => {
    expect(abuses(withJob(job))).toHaveLength(1);
  });

  test.each([
    '{ steps: [{ run: npm ci }] }',
    '{ permissions: { id-token: write }, steps: [{ run: npm publish --provenance --ignore-scripts ./x.tgz }] }',
    '{ permissions: { id-token: write }, steps: [{ run: "# npm ci is done elsewhere\\nnode dist/x.mjs verify" }] }',
  ])('is right: %s', (job) => {
    expect(abuses(withJob(job))).toEqual([]);
  });
});
