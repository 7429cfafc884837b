import { describe, expect, test } from 'vitest';

import type { Lookup } from '../../src/walk/lookup.ts';
import { askAgain, close, createSuspects, type End, type Suspect, type Suspects } from '../../src/walk/suspects.ts';
import { createTree, type Churned, type State } from '../../src/walk/tree.ts';
import { absent, noAnswer } from './scene.ts';

const AGAIN = { again: true, signal: new AbortController().signal };
const ABSENT = absent();

function suspect(rest: Partial<Suspect<string>> = {}): Suspect<string> {
  return {
    tree: createTree('app'),
    reference: 'v1',
    first: ABSENT,
    askAgain: () => Promise.resolve(ABSENT),
    end: () => {},
    ...rest,
  };
}

/** Takes out the only case, asks again, and ends it as the answer says. */
async function settle(suspects: Suspects): Promise<void> {
  const [open] = suspects.take();
  if (open === undefined) throw new Error('there is no case');
  const answer = await askAgain(open, AGAIN);
  if (answer.kind === 'found') await answer.accept();
  if (answer.kind === 'churned') await close(open, answer);
  if (answer.kind === 'absent') await close(open, { kind: 'broken', absent: answer, confirmations: 1 });
  if (answer.kind === 'unknown') await close(open, { kind: 'unknown', unknown: answer });
}

describe('createSuspects', () => {
  test('hands everything out once', () => {
    const suspects = createSuspects();
    suspects.add(suspect());
    suspects.add(suspect({ reference: 'v2' }));

    expect(suspects.size).toBe(2);
    expect(suspects.take().map((open) => open.suspect.reference)).toEqual(['v1', 'v2']);
    expect(suspects.size).toBe(0);
    expect(suspects.take()).toEqual([]);
  });

  test.each<[Lookup<string> | Churned, End<string>, State]>([
    [{ kind: 'found', value: 'it' }, { kind: 'found', value: 'it' }, { kind: 'good' }],
    [{ kind: 'churned' }, { kind: 'churned' }, { kind: 'gone' }],
    [
      ABSENT,
      { kind: 'broken', absent: ABSENT, confirmations: 1 },
      { kind: 'broken', absent: ABSENT, confirmations: 1 },
    ],
    [noAnswer('dns'), { kind: 'unknown', unknown: noAnswer('dns') }, { kind: 'unknown', unknown: noAnswer('dns') }],
  ])('closes the question and sets the state before it tells the end: $0.kind', async (answer, end, state) => {
    const suspects = createSuspects();
    const tree = createTree('app');
    const subject: { state: State } = { state: { kind: 'asking' } };
    const told: unknown[] = [];
    suspects.add(
      suspect({
        tree,
        subject,
        askAgain: () => Promise.resolve(answer),
        end: (how) => void told.push([how, subject.state, tree.openQuestions]),
      }),
    );
    const before = [subject.state.kind, tree.openQuestions];

    await settle(suspects);

    expect(before).toEqual(['suspected', 1]);
    expect(told).toEqual([[end, state, 0]]);
  });
});
