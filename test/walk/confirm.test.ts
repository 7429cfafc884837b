import { describe, expect, test } from 'vitest';

import { confirm } from '../../src/walk/confirm.ts';
import type { WalkContext } from '../../src/walk/context.ts';
import type { Absent, Unknown } from '../../src/walk/lookup.ts';
import type { Ask } from '../../src/walk/source.ts';
import { createTree } from '../../src/walk/tree.ts';
import { createTestClock } from '../support/clock.ts';
import { absent, asked, contextOver, GOOD, noAnswer, SERVER_ERROR, sourceWith } from './scene.ts';
import { add, GONE, inShort, type SecondAnswer, type Told } from './suspicion.ts';

const FOUND: SecondAnswer = { kind: 'found', value: 'it' };
const CHURNED: SecondAnswer = { kind: 'churned' };
const POLICY: Unknown = { ...noAnswer('forbidden'), policy: 'too many vulnerabilities' };

/** A walk in which something of the repository was found good before, and is good still. */
function withControl(deps: Parameters<typeof contextOver>[1] = {}): WalkContext {
  const context = contextOver(sourceWith({ 'app:good': GOOD }), deps);
  context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
  return context;
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

  test.each<[string, Absent | Unknown, number, readonly boolean[]]>([
    ['what was denied is asked for on new connections', GONE, 3, [false, false, false]],
    ['what there was no answer to is asked for on a kept one first', noAnswer('connection'), 3, [true, false, false]],
    ['of two questions none is asked on a kept one', noAnswer('connection'), 2, [false, false]],
  ])('%s', async (_, first, rounds, pooled) => {
    const context = withControl({ options: { confirm: { delayMs: 1, rounds } } });
    const asks: boolean[] = [];
    const askAgain = (ask: Ask): Promise<SecondAnswer> => {
      asks.push(ask.pooled === true);
      return Promise.resolve(GONE);
    };
    add(context, first, [], { askAgain });

    await confirm(context);

    expect(asks).toEqual(pooled);
  });

  test('what was there after all is walked as much at once as the walk has under way, and no more', async () => {
    const context = withControl({ options: { concurrency: 3 } });
    let open = 0;
    let most = 0;
    for (let count = 0; count < 10; count += 1) {
      add(context, noAnswer('connection'), [FOUND], {
        async end() {
          open += 1;
          most = Math.max(most, open);
          await new Promise((resolve) => setImmediate(resolve));
          open -= 1;
        },
      });
    }

    await confirm(context);

    expect([open, most]).toEqual([0, 3]);
  });

  test('what is known to be good is asked for after everything that is doubted', async () => {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source, { options: { concurrency: 1 } });
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    const controls = (): number => asked(source, { kind: 'manifest' }).length;
    const seen: number[] = [];
    const askAgain = (): Promise<SecondAnswer> => {
      seen.push(controls());
      return Promise.resolve(GONE);
    };
    for (let count = 0; count < 3; count += 1) add(context, GONE, [], { askAgain });

    await confirm(context);

    expect(seen).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
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
