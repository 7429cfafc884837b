import { describe, expect, test } from 'vitest';

import { confirm } from '../../src/walk/confirm.ts';
import type { WalkContext } from '../../src/walk/context.ts';
import { unknown, type Absent, type Lookup, type Unknown } from '../../src/walk/lookup.ts';
import type { End, Suspect } from '../../src/walk/suspects.ts';
import type { Churned } from '../../src/walk/tree.ts';
import { createTree } from '../../src/walk/tree.ts';
import { createTestClock } from '../support/clock.ts';
import { absent, asked, contextOver, GOOD, noAnswer, SERVER_ERROR, sourceWith } from './scene.ts';

type SecondAnswer = Lookup<string> | Churned;

const FOUND: SecondAnswer = { kind: 'found', value: 'it' };
const CHURNED: SecondAnswer = { kind: 'churned' };
const GONE = absent('missing');
const POLICY: Unknown = { ...noAnswer('forbidden'), policy: 'too many vulnerabilities' };

/** What became of a suspect. */
interface Told {
  asked: number;
  end: { readonly kind: 'open' } | End<string>;
}

/** Adds a suspect that answers so, and goes on with the last of the answers. */
function add(
  context: WalkContext,
  first: Absent | Unknown,
  answers: readonly SecondAnswer[],
  rest: Partial<Suspect<string>> = {},
): Told {
  const told: Told = { asked: 0, end: { kind: 'open' } };
  context.suspects.add({
    tree: createTree('app'),
    reference: 'v1',
    first,
    askAgain() {
      told.asked += 1;
      return Promise.resolve(answers[Math.min(told.asked, answers.length) - 1] ?? GONE);
    },
    end: (end) => void (told.end = end),
    ...rest,
  });
  return told;
}

/** A walk in which something of the repository was found good before, and is good still. */
function withControl(deps: Parameters<typeof contextOver>[1] = {}): WalkContext {
  const context = contextOver(sourceWith({ 'app:good': GOOD }), deps);
  context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
  return context;
}

function inShort({ end }: Told): string {
  if (end.kind === 'broken') return `broken ${end.absent.fault} x${end.confirmations}`;
  return end.kind === 'unknown' ? `unknown ${end.unknown.reason}` : end.kind;
}

describe('confirm', () => {
  test.each<[string, Absent | Unknown, readonly SecondAnswer[], string, number]>([
    ['absent in every round is broken', GONE, [GONE], 'broken missing x3', 3],
    ['found at the first question is cleared', GONE, [FOUND], 'found', 1],
    ['found at the last question is cleared', GONE, [GONE, GONE, FOUND], 'found', 3],
    ['no answer at first does not excuse it', noAnswer('timeout'), [GONE], 'broken missing x3', 3],
    ['no answer in one round proves nothing', GONE, [GONE, noAnswer('timeout'), GONE], 'unknown timeout', 3],
    ['no answer in the last round proves nothing', GONE, [GONE, GONE, noAnswer('dns')], 'unknown dns', 3],
    ['no answer at all stays unknown', noAnswer('timeout'), [noAnswer('connection')], 'unknown connection', 3],
    ['auth is settled after one more question', noAnswer('auth'), [noAnswer('auth')], 'unknown auth', 1],
    ['so is forbidden', noAnswer('forbidden'), [noAnswer('forbidden')], 'unknown forbidden', 1],
    ['so is a certificate', noAnswer('tls'), [noAnswer('tls')], 'unknown tls', 1],
    ['a refusal that was met is cleared', noAnswer('auth'), [FOUND], 'found', 1],
    ['a policy that refuses twice is blocked', POLICY, [POLICY], 'blocked', 1],
    ['a policy that refuses once is cleared', POLICY, [FOUND], 'found', 1],
    ['a policy after no answer is asked once more', noAnswer('timeout'), [POLICY], 'blocked', 2],
    ['a policy excuses nothing that is absent since', POLICY, [GONE], 'broken missing x3', 3],
    ['another refusal than the policy is unknown', POLICY, [noAnswer('forbidden')], 'unknown forbidden', 1],
    ['a policy in one round of three proves nothing', GONE, [GONE, GONE, POLICY], 'unknown forbidden', 3],
    ['without time nothing is asked', noAnswer('deadline'), [FOUND], 'unknown deadline', 0],
    ['time that runs out ends it', GONE, [noAnswer('deadline')], 'unknown deadline', 1],
    ['deleted is no concern', GONE, [GONE, CHURNED], 'churned', 2],
    ['a 5xx that stays with it is unreadable', SERVER_ERROR, [SERVER_ERROR], 'broken unreadable x3', 3],
    ['a 5xx that heals is cleared', SERVER_ERROR, [SERVER_ERROR, SERVER_ERROR, FOUND], 'found', 3],
    ['a 5xx among other evidence is evidence', GONE, [SERVER_ERROR, GONE], 'broken missing x3', 3],
    ['a 5xx that nobody saw is none', noAnswer('server_error'), [noAnswer('server_error')], 'unknown server_error', 3],
    [
      'one 429 among 5xx proves nothing',
      SERVER_ERROR,
      [noAnswer('rate_limited'), SERVER_ERROR],
      'unknown rate_limited',
      3,
    ],
  ])('%s', async (_, first, answers, end, times) => {
    const context = withControl();
    const told = add(context, first, answers);

    await confirm(context);

    expect([inShort(told), told.asked]).toEqual([end, times]);
    expect(context.unknowns.length).toBe(end.startsWith('unknown') ? 1 : 0);
  });

  test('what looked broken and was cleared is counted, what merely did not answer is not', async () => {
    const context = withControl();
    for (const first of [GONE, absent('size_mismatch'), noAnswer('timeout'), SERVER_ERROR])
      add(context, first, [FOUND]);
    add(context, GONE, [CHURNED]);

    await confirm(context);

    expect(context.tally).toMatchObject({ cleared: 2, churned: 1 });
  });

  test.each<[string, Absent | Unknown, string]>([
    ['a 404', GONE, 'unknown protocol'],
    ['a 5xx', SERVER_ERROR, 'unknown server_error'],
  ])('%s proves nothing when what was good a moment ago is gone, too', async (_, answer, end) => {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    source.repository('app').manifests.clear();
    const told = add(context, answer, [answer]);

    await confirm(context);

    expect(inShort(told)).toBe(end);
  });

  test('one failed control out of three is enough to prove nothing', async () => {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    let round = 0;
    source.intercept = () => ((round += 1) === 2 ? GONE : undefined);
    const told = add(context, GONE, [GONE]);

    await confirm(context);

    expect(inShort(told)).toBe('unknown protocol');
    expect(context.unknowns[0]?.detail).toContain('the registry has lost what it had a moment ago');
  });

  test.each<[string, Absent | Unknown, boolean, boolean, string]>([
    ['a 404 counts', GONE, false, false, 'broken missing x3'],
    ['a 5xx of what is listed does not count', SERVER_ERROR, false, true, 'unknown server_error'],
    ['a 5xx of what was named counts while the tag list comes', SERVER_ERROR, true, true, 'broken unreadable x3'],
    ['a 5xx of everything that was named does not count', SERVER_ERROR, true, false, 'unknown server_error'],
  ])('where nothing is known to be good, %s', async (_, answer, named, lists, end) => {
    const source = sourceWith({ 'app:good': GOOD });
    if (!lists) source.intercept = () => SERVER_ERROR;
    const context = contextOver(source, { named });
    const told = add(context, answer, [answer]);

    await confirm(context);

    expect(inShort(told)).toBe(end);
  });

  test.each([1, 3])('waits before each of %i rounds, however many are open', async (rounds) => {
    const clock = createTestClock();
    const context = withControl({ deps: { clock }, options: { confirm: { delayMs: 1500, rounds } } });
    const all = Array.from({ length: 5 }, () => add(context, GONE, [GONE]));

    await confirm(context);

    expect(clock.sleeps).toEqual(Array.from({ length: rounds }, () => 1500));
    expect(all.map(inShort)).toEqual(all.map(() => `broken missing x${rounds}`));
  });

  test('asks for the control once a round, by a request of the second kind', async () => {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    for (let n = 0; n < 5; n += 1) add(context, GONE, [GONE]);

    await confirm(context);

    const control = `app manifest ${GOOD.manifest.digest} again`;
    expect(asked(source)).toEqual([control, control, control]);
  });

  test('what comes up on the way is asked as often', async () => {
    const context = withControl();
    let below: Told | undefined;
    add(context, GONE, [FOUND], { end: () => void (below = add(context, GONE, [GONE])) });

    await confirm(context);

    expect(below === undefined ? '' : inShort(below)).toBe('broken missing x3');
  });

  test('an unknown is listed with its last reason, under what was asked for', async () => {
    const context = withControl();
    add(context, GONE, [noAnswer('timeout'), noAnswer('dns'), GONE], { tree: createTree('team/app'), reference: 'v7' });

    await confirm(context);

    const detail = 'no answer: dns';
    expect(context.unknowns).toEqual([{ repository: 'team/app', reference: 'v7', reason: 'dns', detail }]);
  });
});

describe('confirm, of a blob', () => {
  const { config, layers } = GOOD;
  const [layer = config] = layers;
  const OWN = { method: 'GET', status: 404, bytes: 0, detail: 'gone' };
  const HEARSAY: Absent = { kind: 'absent', fault: 'missing', observed: { ...OWN, hearsay: true } };
  const REFUSED = unknown('forbidden', 'a store refused it', { ...OWN, status: 403, failed: true, hearsay: true });
  const CUT = absent('unreadable');

  /** A walk in which the manifest of an image is good, and these of its blobs. */
  function withGood(good: readonly ('config' | 'layer')[], lost: readonly string[], named = false): WalkContext {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source, { named });
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    if (good.includes('config')) context.control.foundGood('app', { kind: 'config', descriptor: config });
    if (good.includes('layer')) context.control.foundGood('app', { kind: 'layer', descriptor: layer });
    for (const digest of lost) source.repository('app').blobs.delete(digest);
    return context;
  }

  const both = ['config', 'layer'] as const;
  test.each<[string, Absent | Unknown, WalkContext, string]>([
    ['gone counts while others come', GONE, withGood(both, []), 'broken missing x3'],
    [
      'gone proves nothing once others are gone, too',
      GONE,
      withGood(both, [layer.digest, config.digest]),
      '? protocol',
    ],
    ['gone proves nothing where configs alone still come', GONE, withGood(both, [layer.digest]), '? protocol'],
    ['gone counts beside a config, if no layer was good', GONE, withGood(['config'], []), 'broken missing x3'],
    ['gone stays, for the verdict, if nothing was good', GONE, withGood([], []), 'broken missing x3'],
    ['cut short counts while others come', CUT, withGood(both, []), 'broken unreadable x3'],
    ['cut short proves nothing once others are', CUT, withGood(both, [layer.digest]), '? protocol'],
    ['refused by its store counts while others come', REFUSED, withGood(both, []), 'broken unreadable x3'],
    ['refused with others by their store stays unknown', REFUSED, withGood(both, [layer.digest]), '? forbidden'],
    ['refused with nothing to compare stays unknown', REFUSED, withGood([], []), '? forbidden'],
    ['named, and gone in words of its own, is believed', GONE, withGood([], [], true), 'broken missing x3'],
    ['named, and gone by hearsay, is unknown', HEARSAY, withGood([], [], true), '? protocol'],
    ['named, and gone by hearsay, counts beside others', HEARSAY, withGood(both, [], true), 'broken missing x3'],
    ['named, and failing with nothing to compare, is unknown', SERVER_ERROR, withGood([], [], true), '? server_error'],
  ])('%s', async (_, answer, context, end) => {
    const told = add(context, answer, [answer], { among: 'blob' });

    await confirm(context);

    expect(inShort(told)).toBe(end.replace('?', 'unknown'));
  });

  test('is held against a blob of another repository where its own has no good one', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'other:v1': GOOD });
    const context = contextOver(source);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    context.control.foundGood('other', { kind: 'layer', descriptor: layer });
    const told = add(context, GONE, [GONE], { among: 'blob' });

    await confirm(context);

    expect(inShort(told)).toBe('broken missing x3');
    expect(asked(source, { kind: 'blob' })).toEqual(Array(3).fill(`other blob ${layer.digest} again`));
  });
});

describe('confirm, of a tag', () => {
  test.each<[string, Absent | Unknown, boolean, string]>([
    ['gone', GONE, false, 'unknown protocol'],
    ['failing', SERVER_ERROR, false, 'unknown server_error'],
    ['failing, and named', SERVER_ERROR, true, 'unknown server_error'],
  ])('%s proves nothing once names are not resolved any more, however well manifests come', async (...row) => {
    const [, answer, named, end] = row;
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source, { named });
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    context.control.foundGood('app', { kind: 'reference', reference: { tag: 'good' } });
    source.repository('app').tags.clear();
    const told = add(context, answer, [answer], { among: 'reference' });

    await confirm(context);

    expect(inShort(told)).toBe(end);
  });
});
