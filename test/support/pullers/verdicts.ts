import { probe, type ProbeRun } from '../probe.ts';

/** What the probe makes of one tag: `sound`, or what there is against it, in the words of its report. */
export interface ProbeVerdicts {
  readonly verify: string;
  readonly run: string;
}

/**
 * Asks the probe twice for the same tag: by its name, as a pipeline does, and by walking the repositories, as a CronJob
 * does. A finding is `layer/missing`, several are joined; what a policy refuses is `blocked`, what was left out `skipped`,
 * and what could not be told `unknown` with its reason. `suspect`: of the whole registry nothing is believed.
 */
export async function askProbe(
  url: URL,
  name: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ProbeVerdicts> {
  const verify = await probe(['verify', `${url.host}/${name}`, '--output', 'json', ...flags]);
  const walk = await walkAll(url, flags, env);
  return { verify: inOneWord(verify, name), run: inOneWord(walk, name) };
}

/** One walk, over everything unless the environment says otherwise. */
export function walkAll(
  url: URL,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ProbeRun> {
  return probe(['run', '--registry-url', url.origin, '--registry-name', 'lab', '--output', 'json', ...flags], env);
}

/** What a report says of one tag or digest, in one word. */
export function inOneWord(run: ProbeRun, name: string): string {
  const [repository = '', reference = ''] = name.split(/[:@](.*)/);
  if (run.stdout === '') return `no report: ${run.stderr.trim().split('\n').at(-1) ?? ''}`;
  const { findings, unknowns, counts, blocked, verdict } = run.registry();
  if (verdict === 'suspect') return verdict;
  const isIt = (one: { readonly repository: string | null; readonly tags: string[]; readonly digest: string | null }) =>
    one.repository === repository && (one.tags.includes(reference) || one.digest === reference);
  const own = findings.filter(isIt);
  if (own.length > 0) {
    return [...new Set(own.map(({ object, fault }) => `${object}/${fault}`))].toSorted().join(' ');
  }
  if (blocked.some(isIt)) return 'blocked';
  const [untold] = unknowns.filter((one) => one.repository === null || one.repository === repository);
  if (untold !== undefined) return `unknown: ${untold.reason}`;
  const skipped = Object.entries(counts.skipped).flatMap(([reason, times]) => (times > 0 ? [reason] : []));
  return skipped.length > 0 ? `skipped: ${skipped.join(' ')}` : 'sound';
}
