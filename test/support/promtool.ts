import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from './tools/tools.ts';

/** An alert rule as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A series that a rule test starts from, in promtool's notation. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** An alert that has to be firing; its name is said by the expectation. */
export interface FiringAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations?: Readonly<Record<string, string>>;
}

/** One test of a promtool file, as its documentation has it: a storage of its own, and what fires when. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly InputSeries[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly FiringAlert[];
  }[];
}

/** How promtool ended and what it said, on both streams. */
export interface PromtoolRun {
  readonly code: number;
  readonly output: string;
}

/** How often rules are evaluated in tests, which is also how often a series is scraped. */
export const EVALUATION_INTERVAL = '1m';

/** `promtool check rules`, with every lint it has and each of them an error. */
export async function checkRules(rules: string): Promise<PromtoolRun> {
  return withFiles({ 'rules.yaml': rules }, (folder) =>
    promtool(['check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.yaml')]),
  );
}

/** `promtool test rules`: exit code 0 when every expectation of every test is met. */
export async function testRules(rules: readonly AlertRule[], tests: readonly RuleTest[]): Promise<PromtoolRun> {
  const files = {
    // JSON is YAML, and is read and written faster.
    'rules.json': JSON.stringify({ groups: [{ name: 'under-test', rules }] }),
    'tests.json': JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: EVALUATION_INTERVAL, tests }),
  };
  return withFiles(files, (folder) => promtool(['test', 'rules', join(folder, 'tests.json')]));
}

async function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'promtool-'));
  try {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function promtool(args: readonly string[]): Promise<PromtoolRun> {
  return new Promise((resolve) => {
    // A process that lives for a second gains from collecting less often.
    const env = { ...process.env, GOGC: '400' };
    execFile(toolPath('promtool'), args, { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: `${stdout}${stderr}` });
    });
  });
}
