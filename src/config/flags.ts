import { coerce } from './coerce.ts';
import { checkGiven, type Given, type Layer } from './given.ts';
import type { Problems } from './problem.ts';
import { topLevelSetting, writtenDefault } from './setting.ts';

/** The commands that take settings. */
export type CommandName = 'run' | 'verify' | 'scan' | 'demo' | 'forget';

/** One flag of the command line. */
export interface Flag {
  readonly flag: string;
  /** What stands behind it in the help; null for a switch. */
  readonly value: string | null;
  /** The path of the setting that it gives. */
  readonly setting: string;
  /** May be given several times, for a list. */
  readonly repeatable: boolean;
  readonly commands: readonly CommandName[];
  /** From the schema. */
  readonly description: string;
  /** What counts without the flag, as it is written; empty where that is nothing. */
  readonly default: string;
}

/** Flag values by the path of the setting, as the command line gives them. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[]>>;

const REPORTING: readonly CommandName[] = ['run', 'verify', 'scan', 'demo'];
const ALL: readonly CommandName[] = [...REPORTING, 'forget'];
const WALKING: readonly CommandName[] = ['run', 'verify', 'scan'];
const LISTING: readonly CommandName[] = ['run', 'scan'];
const SCANNING: readonly CommandName[] = ['scan'];

/** Every flag that gives a setting. Secrets have none: a command line is no secret. */
export const FLAGS: readonly Flag[] = [
  flag('--registry-url', 'URL', 'registry.url', WALKING),
  flag('--registry-name', 'NAME', 'registry.name', WALKING),
  flag('--pushgateway', 'URL', 'pushgateway.url', ['run', 'scan', 'forget']),
  flag('--metrics-file', 'FILE', 'metricsFile', LISTING),
  flag('--state', 'FILE', 'stateFile', LISTING),
  flag('--output', 'text|json', 'output', REPORTING),
  flag('--html', 'FILE', 'htmlFile', REPORTING),
  flag('--junit', 'FILE', 'junitFile', REPORTING),
  flag('--markdown', 'FILE', 'markdownFile', REPORTING),
  flag('--annotations', 'FILE', 'annotationsFile', REPORTING),
  flag('--dry-run', null, 'dryRun', [...WALKING, 'forget']),
  flag('--fail-on-findings', null, 'failOnFindings', ['run']),
  flag('--log-level', 'LEVEL', 'logLevel', ALL),
  flag('--deadline', 'DURATION', 'deadline', WALKING),
  flag('--full-walk-every', 'DURATION', 'fullWalkEvery', ['run']),
  flag('--requests-per-run', 'N', 'requestsPerRun', ['run']),
  flag('--concurrency', 'N|auto', 'concurrency', WALKING),
  flag('--timeout', 'DURATION', 'timeout', WALKING),
  flag('--blob-check', 'head|byte|tail|full|unpack', 'blobCheck', REPORTING),
  flag('--referrers', null, 'referrers', WALKING),
  flag('--insecure', null, 'insecure', WALKING),
  flag('--ca-file', 'FILE', 'caFile', WALKING),
  flag('--repository', 'GLOB', 'repositories.match', LISTING),
  flag('--tag', 'GLOB', 'tags.match', LISTING),
  flag('--kind', '[GLOB=]private|pull-through', 'scan.kind', SCANNING),
  flag('--registry-version', '2|3', 'scan.registryVersion', SCANNING),
  flag('--before-gc', null, 'scan.beforeGc', SCANNING),
  flag('--delete-untagged', null, 'scan.deleteUntagged', SCANNING),
  flag('--platform', 'PLATFORM', 'verify.platforms', ['verify']),
  flag('--wait', 'DURATION', 'verify.wait', ['verify']),
  flag('--copy-of', 'REFERENCE', 'verify.copyOf', ['verify']),
  flag('--storage', 'DIRECTORY', 'demo.storage', ['demo']),
  flag('--wait', 'DURATION', 'forget.wait', ['forget']),
];

/** What the command line gives. A path without a flag is a mistake in the code, and throws. */
export function readFlags(values: FlagValues, problems: Problems): Layer {
  const layer = new Map<string, Given>();
  for (const [path, written] of Object.entries(values)) {
    const origin = FLAGS.find(({ setting }) => setting === path)?.flag;
    if (origin === undefined) throw new Error(`no flag gives ${path}`);
    const setting = topLevelSetting(path);
    const given = { value: typeof written === 'string' ? coerce(setting.kind, written) : written, origin, path };
    checkGiven(setting, given, problems);
    layer.set(path, given);
  }
  return layer;
}

function flag(name: string, value: string | null, setting: string, commands: readonly CommandName[]): Flag {
  const { kind, description, default: fallback } = topLevelSetting(setting);
  const written = kind === 'list' && Array.isArray(fallback) && fallback.length === 0 ? '' : writtenDefault(fallback);
  return { flag: name, value, setting, repeatable: kind === 'list', commands, description, default: written };
}
