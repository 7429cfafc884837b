import { messageOf } from '../util/errors.ts';
import type { UnknownReason } from '../walk/lookup.ts';

/** It could not be looked at. */
export interface Problem {
  readonly kind: 'problem';
  readonly reason: UnknownReason;
  readonly detail: string;
  /** True for a failure of the disk, which the registry would meet as well. */
  readonly failed?: true;
}

/** Something else than what belongs there, so that a registry fails on it: a directory for a file, a file for a directory. */
export interface Misplaced {
  readonly kind: 'misplaced';
  readonly detail: string;
}

/** There is nothing. */
export interface Nothing {
  readonly kind: 'nothing';
}

/** The code of a failed call; empty for anything that no disk says. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a failed call says of a path; anything that no disk says is a bug, and thrown on. */
export function failureOf(error: unknown, path: string): Problem | Nothing | Misplaced {
  const code = codeOf(error);
  if (code === '') throw error;
  if (code === 'ENOENT') return { kind: 'nothing' };
  if (code === 'ENOTDIR') return { kind: 'misplaced', detail: `a file is where ${path} needs a directory` };
  if (code === 'ENXIO' || code === 'EISDIR') return { kind: 'misplaced', detail: `${path} is no file` };
  const detail = `${path} cannot be read: ${messageOf(error)}`;
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'problem', reason: 'forbidden', detail };
  return { kind: 'problem', reason: 'server_error', detail, failed: true };
}
