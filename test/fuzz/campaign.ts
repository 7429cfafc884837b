import type { Failure, Property } from './property.ts';

/** How long is searched, and where. */
export interface Campaign {
  readonly seed: number;
  /** Cases of each cheap property, in each round. */
  readonly runs: number;
  /** Rounds are begun until then, each with a seed of its own; 0 is one round. */
  readonly minutes: number;
  /** Leads to the case of a failure, of the one property that is searched. */
  readonly path?: string;
}

/** What fails late is made smaller for so long, and what is slow is not waited for longer. */
const LONGEST_OF_ONE_MS = 3 * 60_000;

/** Searches all properties, one after the other and round after round; each tells of its first failure alone. */
export async function search(
  properties: readonly Property[],
  { seed, runs, minutes, path }: Campaign,
  tell: (line: string) => void,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const end = performance.now() + minutes * 60_000;
  for (let round = 0; round === 0 || performance.now() < end; round += 1) {
    const held = properties.filter(({ name }) => !failures.some(({ property }) => property === name));
    if (held.length === 0) break;
    for (const one of held) {
      const failure = await one.search({
        seed: (seed + round) | 0,
        runs,
        millis: LONGEST_OF_ONE_MS,
        ...(path === undefined ? {} : { path }),
      });
      if (failure === null) continue;
      failures.push(failure);
      tell(describe(failure));
    }
    tell(`round ${round + 1}: ${properties.length} properties, ${failures.length} do not hold`);
  }
  return failures;
}

/** A failure for people, with the command that repeats it. */
export function describe({ property, seed, path, runs, example, problem }: Failure): string {
  const again = `npm run fuzz -- --only ${property} --seed ${seed} --path ${path}`;
  return `\n${property} does not hold, in case ${runs} of seed ${seed}:\n${example}\n${problem}\nagain: ${again}\n`;
}
