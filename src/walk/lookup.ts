import type { Fault, Obstacle } from './fault.ts';

/** Why an answer could not be had. Exactly these ten are published; whatever is finer goes into the detail. */
export const UNKNOWN_REASONS = [
  'auth',
  'forbidden',
  'rate_limited',
  'timeout',
  'tls',
  'dns',
  'connection',
  'server_error',
  'protocol',
  'deadline',
] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

/** What was seen when an answer came: evidence for the report. */
export interface Observed {
  /** How it was asked for, such as `GET`, and under which status it was answered; both null where no HTTP was spoken. */
  readonly method: string | null;
  readonly status: number | null;
  /** Bytes of content that came, or that were announced where none were asked for; null when neither is known. */
  readonly bytes: number | null;
  readonly detail: string;
  /** True where the store said nothing of the thing, but failed when it was asked for it. */
  readonly failed?: boolean;
  /** True where it was not the registry that said so in words of its own, but a store behind it, or nobody known. */
  readonly hearsay?: boolean;
}

/** It is there. */
export interface Found<T> {
  readonly kind: 'found';
  readonly value: T;
}

/** What should be there is not: gone, or its bytes do not come, or they are not the ones that were named. */
export interface Absent {
  readonly kind: 'absent';
  readonly fault: Fault;
  readonly observed: Observed;
  /** The digest that the registry named while it said no: a tag that still points to a removed manifest. */
  readonly digest?: string;
  /** Of what is `unresolvable`: why. */
  readonly obstacle?: Obstacle;
  /** Of a `size_mismatch`: the size that it has, in bytes, where that is known. */
  readonly actual?: number;
  /** True where it need not be there: a pull-through cache fetches it when it is asked for. */
  readonly notKept?: true;
}

/** It could not be told. Never a finding by itself, and never silently green. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
  readonly detail: string;
  /** Set when there was an answer. A failure that stays with one object, while others are fine, is evidence after all. */
  readonly observed?: Observed;
  /** What the registry says of a policy by which it refuses this to everybody who pulls, a node included. */
  readonly policy?: string;
}

/** Every look-up has three answers. No function may turn a failure to ask into "missing". */
export type Lookup<T> = Found<T> | Absent | Unknown;

/** Builds the answer "it could not be told". */
export function unknown(reason: UnknownReason, detail: string, observed?: Observed): Unknown {
  return observed === undefined ? { kind: 'unknown', reason, detail } : { kind: 'unknown', reason, detail, observed };
}

/** Builds the answer about a document in which there is more than is read here: whoever reads more may be fine with it. */
export function tooMuch(problem: string, observed?: Observed): Unknown {
  return unknown('protocol', `too_much: ${problem}`, observed);
}
