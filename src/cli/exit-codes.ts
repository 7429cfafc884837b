import type { WalkResult } from '../walk/result.ts';

/** Exit codes, the same for every command. */
export const EXIT = { done: 0, findings: 1, usage: 2, unknown: 3, undelivered: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help` and the documentation. */
export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [
    EXIT.done,
    'did its job: run walked completely and delivered; verify and scan saw everything, and everything is sound; forget left nothing, or found this still installed',
  ],
  [EXIT.findings, 'confirmed findings (verify, scan; run only with --fail-on-findings)'],
  [EXIT.usage, 'usage or configuration error: nothing was asked of any registry'],
  [
    EXIT.unknown,
    'could not tell: catalog inaccessible, walk incomplete or suspect, anything unknown; whether forget may delete; or a bug of the probe, which one line on standard error tells',
  ],
  [
    EXIT.undelivered,
    'the results could not be delivered, or forgotten: the Pushgateway refused or was not reached, or standard output or the file of an option cannot be written',
  ],
];

/** When several codes apply, the first one of these counts. */
const ORDER = [EXIT.usage, EXIT.undelivered, EXIT.findings, EXIT.unknown, EXIT.done] as const;

/** What came of a command. */
export interface Outcome {
  readonly results: readonly Pick<WalkResult, 'complete' | 'verdict' | 'underWay'>[];
  /** Everything that was to be pushed or written was. */
  readonly delivered: boolean;
  /** Findings are a failure of the command, not data. */
  readonly failOnFindings: boolean;
  /** What could not be told is a failure of the command; default true. */
  readonly failOnUnknown?: boolean;
  /** A bug of our own was caught on the way. */
  readonly bug?: boolean;
}

/** The first of 2, 4, 1, 3, 0 that applies: a confirmed break is never reported as "could not tell". */
export function exitCodeOf({
  results,
  delivered,
  failOnFindings,
  failOnUnknown = true,
  bug = false,
}: Outcome): ExitCode {
  const isBroken = results.some(({ verdict }) => verdict === 'broken');
  const isTold = results.every(
    ({ complete, verdict, underWay }) => (complete || underWay === true) && verdict !== 'suspect',
  );
  return worstOf([
    delivered ? EXIT.done : EXIT.undelivered,
    failOnFindings && isBroken ? EXIT.findings : EXIT.done,
    (isTold || !failOnUnknown) && !bug ? EXIT.done : EXIT.unknown,
  ]);
}

/** The one of these codes that counts. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return ORDER.find((code) => codes.includes(code)) ?? EXIT.done;
}
