import type * as z from 'zod';

import { ProbeError } from '../util/errors.ts';
import { visible } from '../util/visible.ts';
import { isTree, valueAt } from './tree.ts';

/** Settings that cannot be used: one line per problem, each with where it came from, its path and what was expected. */
export class ConfigurationError extends ProbeError<'configuration'> {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('configuration', problems.join('\n'));
    this.problems = problems;
  }
}

/** Collects problems, so that all of them are told at once, each on one line. The same line is told once. */
export interface Problems {
  /** `origin` is a config file, an environment variable or a flag; `path` may be empty. */
  add(origin: string, path: string, problem: string): void;
  readonly lines: readonly string[];
}

/** Builds an empty collection. */
export function createProblems(): Problems {
  const lines = new Set<string>();
  return {
    add: (origin, path, problem) => {
      lines.add(visible([origin, path, problem].filter((part) => part !== '').join(': ')));
    },
    get lines() {
      return [...lines];
    },
  };
}

/** A value in an error message must not flood it. */
const MAX_SHOWN = 60;

/** A path as people read it: `registries.prod.tags.match[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** What is wrong with a value at an issue's path, without what it is when nobody may see it. */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown, hidden: boolean): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return `${issue.message}, got ${shown(valueAt(root, issue.path), hidden)}`;
}

function shown(value: unknown, hidden: boolean): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isTree(value)) return 'a mapping';
  if (hidden) return typeof value === 'string' ? 'text that is not shown' : `a ${typeof value}`;
  return typeof value === 'string' ? `'${withoutCredentials(value)}'` : JSON.stringify(value);
}

/** People paste URLs with their passwords in, and tokens in queries, and not always whole. */
function withoutCredentials(written: string): string {
  const safe = written
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')
    .replace(/((?:\/\/|^[^/]*\.)[^?#]*[?#]).*$/s, '$1***');
  return safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}…` : safe;
}
