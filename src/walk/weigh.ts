import { isRefusedByPolicy } from './blocked.ts';
import type { WalkContext } from './context.ts';
import { unknown, type Absent, type Observed, type Unknown } from './lookup.ts';
import type { Ask, ControlCheck } from './source.ts';
import type { SecondAnswer, Suspect } from './suspects.ts';
import type { Churned } from './tree.ts';

/** What an answer is worth, given how the registry answers, in the same round, for things that are known to be good. */
export async function weigh(
  context: WalkContext,
  suspect: Suspect<unknown>,
  answer: Exclude<SecondAnswer, { kind: 'found' }>,
  ask: Ask,
): Promise<Absent | Unknown | Churned> {
  if (answer.kind === 'unknown') {
    const { observed } = answer;
    if (isRefusedByPolicy(answer)) return answer;
    if (observed?.failed !== true || !(await isAlone(context, suspect, observed, ask))) return answer;
    return { kind: 'absent', fault: 'unreadable', observed };
  }
  const { beside, manifests } = await lookBeside(context, suspect, ask);
  const lost = [beside, manifests].find((checked) => checked.kind === 'fails');
  if (lost !== undefined) return outage(lost);
  if (answer.kind === 'churned' || beside.kind === 'holds') return answer;
  return isBelievedAlone(context, suspect, answer) ? answer : incomparable(answer, suspect);
}

/**
 * Asks again for what is known to be good: of the same kind, since the parts of a registry fail each for itself, and of
 * the manifests, without which nothing else is known. Where none of these is known yet, names were resolved, which a
 * store that is gone does not do either.
 */
async function lookBeside(
  { control }: WalkContext,
  { tree: { repository }, among = 'manifest' }: Suspect<unknown>,
  ask: Ask,
): Promise<{ readonly beside: ControlCheck; readonly manifests: ControlCheck }> {
  const beside = await control.check(repository, among, ask);
  if (beside.kind === 'fails') return { beside, manifests: { kind: 'none' } };
  const manifests = await control.check(repository, 'manifest', ask);
  if (manifests.kind !== 'none') return { beside, manifests };
  return { beside, manifests: await control.check(repository, 'reference', ask) };
}

/**
 * Whether an answer counts with nothing of its kind to compare it with. What fails needs others that do not. A blob of
 * something that was named counts where the registry itself says it in its own words; over a whole catalog all of it
 * counts, since findings are held back where not one blob was good.
 */
function isBelievedAlone({ named }: WalkContext, { among }: Suspect<unknown>, { obstacle, observed }: Absent): boolean {
  if (obstacle === 'failing') return false;
  return among !== 'blob' || !named || observed.hearsay !== true;
}

function incomparable({ obstacle, observed }: Absent, { among = 'manifest' }: Suspect<unknown>): Unknown {
  if (obstacle === 'failing') return unknown('server_error', observed.detail, observed);
  return unknown('protocol', `there is no other ${among} that could be compared with it: ${observed.detail}`, observed);
}

/**
 * True when the failure is this object's own: something good of its kind still comes. Of a single image that was named,
 * it may be that nothing good is known; then, where the registry itself fails, the tag list of its repository has to do.
 */
async function isAlone(
  { control, named }: WalkContext,
  { tree: { repository }, among = 'manifest' }: Suspect<unknown>,
  { hearsay }: Observed,
  ask: Ask,
): Promise<boolean> {
  const checked = await control.check(repository, among, ask);
  if (checked.kind !== 'none' || !named || among === 'blob' || hearsay === true) return checked.kind === 'holds';
  return control.isAlive(repository, ask);
}

function outage({ detail }: ControlCheck & { kind: 'fails' }): Unknown {
  return unknown('protocol', `the registry has lost what it had a moment ago, so this proves nothing: ${detail}`);
}
