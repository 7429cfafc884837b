import { randomInt } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { describe, search } from './campaign.ts';
import { PARSERS } from './parsers.ts';
import { PROGRAM } from './program/property.ts';

const USAGE = `npm run fuzz -- [--seed N] [--runs N] [--minutes N] [--only NAME]... [--path PATH] [--failures FILE]

Searches for what the readers of strangers' texts, and the whole program before a hostile registry, do not bear.
--seed N         where to begin; without it, anywhere
--runs N         cases of each property in each round (default 1000)
--minutes N      begin new rounds, each with the next seed, for that long (default 0: one round)
--only NAME      this property alone, or those whose names begin so
--path PATH      the one case that a failure has named, with its --seed and --only
--failures FILE  writes failures there as well
`;
/** As the probe itself: nothing was done. */
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      seed: text,
      runs: text,
      minutes: text,
      only: { ...text, multiple: true },
      path: text,
      failures: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const seed = numberOf(values.seed ?? String(randomInt(2 ** 31)), '--seed');
  const runs = numberOf(values.runs ?? '1000', '--runs');
  const minutes = numberOf(values.minutes ?? '0', '--minutes');
  const all = [...PARSERS, ...PROGRAM];
  const properties = all.filter(({ name }) => values.only?.some((only) => name.startsWith(only)) ?? true);
  if (properties.length === 0) throw new TypeError(`--only: none of ${all.map(({ name }) => name).join(', ')}`);

  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  tell(`seed ${seed}`);
  const campaign = { seed, runs, minutes, ...(values.path === undefined ? {} : { path: values.path }) };
  const failures = await search(properties, campaign, tell);
  if (values.failures !== undefined && failures.length > 0) {
    await appendFile(values.failures, failures.map(describe).join(''));
  }
  return failures.length === 0 ? 0 : 1;
}

function numberOf(written: string, flag: string): number {
  const number = Number(written);
  if (written.trim() === '' || !Number.isFinite(number)) throw new TypeError(`${flag}: '${written}' is no number`);
  return number;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}
