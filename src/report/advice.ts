import type { Finding } from '../walk/finding.ts';
import { isAttached } from './attached.ts';
import type { Cause } from './cause-codes.ts';
import { causeOf } from './causes.ts';
import { copyAdvice, type CopyAdvice } from './copy-back.ts';
import { hintFor } from './hints.ts';
import { recheckCommand } from './recheck.ts';
import { createSurroundings } from './surroundings.ts';

/** What to think of a finding, and what to do about it. */
export interface Advice {
  readonly cause: Cause;
  /** One line. */
  readonly hint: string;
  /** Where it is whole, with what brings it back. */
  readonly copies: readonly CopyAdvice[];
}

/** What the advice on one registry's findings rests on. */
export interface AdviceContext {
  /** All findings of the registry. */
  readonly findings: readonly Finding[];
  /** Where the registry was asked. */
  readonly url: string;
  /** Nearly everything is missing, so that no finding says anything about its image. */
  readonly suspect: boolean;
}

/** Makes an adviser for the findings of one registry. */
export function createAdviser({ findings, url, suspect }: AdviceContext): (finding: Finding) => Advice {
  const surroundings = createSurroundings(findings);
  return (finding) => {
    const cause = causeOf(finding, surroundings, suspect);
    const recheck = recheckCommand(finding, url);
    const copies = copyAdvice(finding, url);
    const of = { digest: finding.digest, recheck, isAttached: isAttached(finding), copy: copies[0] ?? null };
    return { cause, hint: hintFor(cause.code, of), copies };
  };
}
