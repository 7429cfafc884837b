import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROOT, yamlOf } from './pipelines.ts';

/** The action, as far as it is run here. */
export const ACTION = z
  .looseObject({
    inputs: z.record(z.string(), z.looseObject({ description: z.string(), default: z.string().optional() })),
    runs: z.looseObject({
      using: z.literal('composite'),
      steps: z.tuple([
        z.looseObject({ shell: z.literal('bash'), env: z.record(z.string(), z.string()), run: z.string() }),
      ]),
    }),
  })
  .parse(yamlOf('action.yml'));

/** What docker was called with, and what came of the step. */
export interface ActionRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The arguments of docker; empty where it was not called. */
  readonly argv: readonly string[];
  /** The arguments that the image gets, from `verify` on. */
  readonly command: readonly string[];
  readonly image: string | undefined;
  /** The environment that docker has, of which it hands on what `--env` names. */
  readonly env: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The folder that the step was run in. */
  readonly workspace: string;
}

/** What is different about the runner. */
export interface Runner {
  /** What the image ends with. */
  readonly exit?: number;
  readonly report?: string;
  /** Owner and name that stand before the `@` of `uses:`. */
  readonly action?: string;
  /** There was a `docker login` before. */
  readonly loggedIn?: boolean;
}

/** In the place of docker: writes down what it is given, and ends as it is told. */
const DOCKER = `#!/bin/bash
printf '%s\\0' "$@" >"$RUNNER_TEMP/argv"
env -0 >"$RUNNER_TEMP/env"
cat "$RUNNER_TEMP/report"
for argument in "$@"; do
  if [[ $argument == *:/out ]]; then
    printf '# verdict\\n' >"\${argument%:/out}/summary.md"
    printf '::error title=a::b\\n' >"\${argument%:/out}/annotations.txt"
  fi
done
exit "$FAKE_EXIT"
`;

/** Runs the step of the action with these inputs, as the runner does: bash, and the expressions of \`env\` replaced. */
export async function runAction(inputs: Readonly<Record<string, string>>, runner: Runner = {}): Promise<ActionRun> {
  const folder = await temporaryFolder();
  const [workspace, bin, home] = [join(folder, 'workspace'), join(folder, 'bin'), join(folder, 'home')];
  for (const each of [workspace, bin, join(home, '.docker')]) await mkdir(each, { recursive: true });
  await writeFile(join(bin, 'docker'), DOCKER);
  await chmod(join(bin, 'docker'), 0o755);
  await writeFile(join(folder, 'report'), runner.report ?? 'SOUND\n');
  if (runner.loggedIn === true) await writeFile(join(home, '.docker', 'config.json'), '{}');

  const [step] = ACTION.runs.steps;
  await writeFile(join(folder, 'step.sh'), step.run);
  const context = {
    'github.action_path': ROOT,
    'github.action_repository || github.repository': runner.action ?? 'Example/probe',
  };
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', join(folder, 'step.sh')],
    {
      cwd: workspace,
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        HOME: home,
        RUNNER_TEMP: folder,
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        FAKE_EXIT: String(runner.exit ?? 0),
        ...expand(step.env, inputs, context),
      },
    },
  );

  const argv = await recorded(join(folder, 'argv'));
  const from = argv.indexOf('verify');
  const env = (await recorded(join(folder, 'env'))).map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return {
    status,
    stdout,
    stderr,
    argv,
    command: argv.slice(from),
    image: argv[from - 1],
    env: Object.fromEntries(env),
    summary: await readFile(join(folder, 'summary.md'), 'utf8').catch(() => ''),
    workspace,
  };
}

/** Replaces `${{ … }}`: an input that is not given has its default; anything unknown throws. */
function expand(
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  context: Readonly<Record<string, string>>,
): Record<string, string> {
  const valueOf = (expression: string): string => {
    const name = /^inputs\.(\w+)$/.exec(expression)?.[1];
    const value = name === undefined ? context[expression] : (inputs[name] ?? ACTION.inputs[name]?.default);
    if (value === undefined) throw new Error(`nothing is known of ${expression}`);
    return value;
  };
  const replace = (text: string) => text.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => valueOf(expression));
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, replace(text)]));
}

async function recorded(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\0').slice(0, -1);
}
