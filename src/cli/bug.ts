import { messageOf } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import type { Output } from './io.ts';
import { VERSION } from './version.ts';

/** What tells where a bug is; what called that is of little use. */
const MAX_FRAMES = 4;

/** In characters. A line that is to be copied into a report. */
const MAX_LENGTH = 1_500;

/** What was thrown and where, in one line, without what may be a secret: people are asked to hand it on. */
export function describeBug(thrown: unknown): string {
  try {
    return describe(thrown);
  } catch {
    // Anything can be thrown, even what cannot be put into words; and from here nothing may be.
    return 'what was thrown cannot be told';
  }
}

function describe(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const cause = thrown instanceof Error && thrown.cause !== undefined ? ` (${messageOf(thrown.cause)})` : '';
  const where = thrown instanceof Error ? framesOf(thrown.stack ?? '') : [];
  const line = [`${name}: ${messageOf(thrown)}${cause}`, ...where].join(', at ');
  return withoutSecrets(line.replace(/[\s\p{Cc}]+/gu, ' ').trim()).slice(0, MAX_LENGTH);
}

/** Tells of a bug on standard error: one line, whatever was thrown. */
export function tellBug(stderr: Pick<Output, 'write'>, thrown: unknown): void {
  const versions = `version ${VERSION}, Node ${process.versions.node}`;
  stderr.write(
    `registry-integrity-probe: this is a bug of the probe, please report this line: ${describeBug(thrown)} (${versions})\n`,
  );
}

/** Keeps a bug in one piece of work from ending all others. */
export interface BugTrap {
  /** What the work gives; where it throws, that is told, and `instead` says what takes its place. */
  guard<T>(
    fields: Readonly<Record<string, unknown>>,
    work: () => Promise<T> | T,
    instead: (bug: string) => T,
  ): Promise<T>;
  /** Something was caught. */
  readonly sprung: boolean;
}

/** Makes a trap that tells the log what it caught. */
export function createBugTrap(log: Pick<Log, 'error'>): BugTrap {
  let sprung = false;
  return {
    async guard(fields, work, instead) {
      try {
        return await work();
      } catch (thrown) {
        sprung = true;
        const bug = describeBug(thrown);
        log.error({ ...fields, version: VERSION, bug }, 'This is a bug of the probe, please report this line');
        return instead(bug);
      }
    },
    get sprung() {
      return sprung;
    },
  };
}

/** Where in our own code, as `walkCatalog (src/walk/catalog-walk.ts:40:9)`; a machine's folders are nobody's business. */
function framesOf(stack: string): readonly string[] {
  const frames = stack.split('\n').flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1] ?? []);
  return frames
    .filter((frame) => !/\bnode:|node_modules\/(?!registry-integrity-probe\/)/.test(frame))
    .slice(0, MAX_FRAMES)
    .map((frame) =>
      frame
        .replace(/(?:file:\/\/)?\/[^\s()]*\/(?=(?:src|dist)\/)/, '')
        .replace(/(?:file:\/\/|(?<=^|[\s(]))\/[^\s()]*\//, ''),
    );
}

/** In characters: what is told has a fifth of it, and in all of a megabyte nobody looks for the ends of addresses. */
const LOOKED_AT = 8_000;

function withoutSecrets(line: string): string {
  return line
    .slice(0, LOOKED_AT)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?]*)\?\S*/gi, '$1')
    .replace(/\b(basic|bearer)\s+\S+/gi, '$1 ***');
}
