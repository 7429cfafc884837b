import { inspect } from 'node:util';

import fc from 'fast-check';

import { watched } from './watched.ts';

/** Something that holds for whatever comes. */
export interface Property {
  /** By which it is named on a command line. */
  readonly name: string;
  /** Cases of it for each case of the cheap ones: 1, or less for what takes long. */
  readonly share: number;
  search(how: Search): Promise<Failure | null>;
}

export interface Search {
  readonly seed: number;
  readonly runs: number;
  /** Leads to one case of a seed, made smaller; without it all of them are tried. */
  readonly path?: string;
  /** No case is begun after so many milliseconds. */
  readonly millis: number;
}

/** A case for which it does not hold. */
export interface Failure {
  readonly property: string;
  readonly seed: number;
  readonly path: string;
  /** Cases until it was found. */
  readonly runs: number;
  /** As small as it could be made. */
  readonly example: string;
  readonly problem: string;
}

/** More of an example, or of what is wrong with it, nobody reads. */
const SHOWN_CHARACTERS = 2_000;

/** A claim about a synchronous piece of the program: it has to hold, and to be told within seconds. */
export function property<T>(name: string, from: fc.Arbitrary<T>, claim: (value: T) => void, share = 1): Property {
  return asyncProperty(name, from, (value) => Promise.resolve(watched(() => claim(value))), share);
}

/** A claim about something that waits. */
export function asyncProperty<T>(
  name: string,
  from: fc.Arbitrary<T>,
  claim: (value: T) => Promise<void>,
  share = 1,
): Property {
  return {
    name,
    share,
    async search({ seed, runs, path, millis }) {
      const found = await fc.check(fc.asyncProperty(from, claim), {
        seed,
        numRuns: Math.max(1, Math.ceil(runs * share)),
        interruptAfterTimeLimit: millis,
        ...(path === undefined ? {} : { path }),
      });
      if (found.counterexample === null) return null;
      return {
        property: name,
        seed,
        path: found.counterexamplePath ?? '',
        runs: found.numRuns,
        example: shown(inspect(found.counterexample[0], { depth: 6, maxStringLength: 500, maxArrayLength: 20 })),
        problem: shown(problemOf(found.errorInstance)),
      };
    },
  };
}

function problemOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : inspect(thrown);
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
