import { describe, expect, test } from 'vitest';

import type { ApiFailure } from '../../src/kubernetes/api.ts';
import type { EventSubject, KubeEvent } from '../../src/kubernetes/event.ts';
import { createEventSender } from '../../src/kubernetes/send-events.ts';
import { keepLog } from '../cli/kept-log.ts';
import { createTestClock } from '../support/clock.ts';
import { workload } from './objects.ts';
import { NEVER, stubApi } from './scene.ts';

function subjects(count: number): readonly EventSubject[] {
  return Array.from({ length: count }, (_, index) => ({
    workload: workload(`shop/Deployment/w${index}`, []),
    what: `app:v${index}: child missing`,
    next: 'Push it.',
  }));
}

function subjectsIn(...namespaces: readonly string[]): readonly EventSubject[] {
  return namespaces.map((namespace) => ({
    workload: workload(`${namespace}/Deployment/web`, []),
    what: 'app:v1: child missing',
    next: 'Push it.',
  }));
}

/** An API that does not take the events of some namespaces, and the namespaces that it was asked about. */
function refusing(namespaces: readonly string[], reason: ApiFailure['reason']) {
  const asked: string[] = [];
  const api = stubApi({
    createEvent: ({ namespace }) => {
      asked.push(namespace);
      if (!namespaces.includes(namespace)) return Promise.resolve({ kind: 'done', value: undefined });
      return Promise.resolve({ kind: 'failed', reason, detail: 'refused' });
    },
  });
  return { asked, sender: createEventSender({ api, clock: createTestClock(), log: keepLog() }) };
}

describe('sending events', () => {
  test('tells each workload, at most fifty over all registries of a run, and says how many are left out', async () => {
    const sent: KubeEvent[] = [];
    const log = keepLog();
    const api = stubApi({
      createEvent: (event) => {
        sent.push(event);
        return Promise.resolve({ kind: 'done', value: undefined });
      },
    });
    const sender = createEventSender({ api, clock: createTestClock(), log });

    await sender.send('prod', subjects(30), NEVER);
    await sender.send('lab', subjects(30), NEVER);

    expect(sent).toHaveLength(50);
    expect(log.lines).toEqual([
      { level: 'warn', registry: 'lab', sent: 20, rest: 10, message: 'No events for the rest of what is broken' },
    ]);
  });

  test('passes over a namespace that refuses, and tells all others', async () => {
    const { asked, sender } = refusing(['ending'], 'forbidden');

    await sender.send('prod', subjectsIn('ending', 'shop', 'ending', 'ops'), NEVER);
    await sender.send('lab', subjectsIn('ending', 'lab'), NEVER);

    expect(asked).toEqual(['ending', 'shop', 'ops', 'lab']);
  });

  test('tells namespaces by turns, so that one with thousands of broken images hides no other', async () => {
    const { asked, sender } = refusing([], 'forbidden');
    const many = Array.from({ length: 10_000 }, () => 'crowded');

    await sender.send('prod', subjectsIn(...many, 'shop', 'ops'), NEVER);

    expect(asked).toHaveLength(50);
    expect(asked.slice(0, 4)).toEqual(['crowded', 'shop', 'ops', 'crowded']);
  });

  test('keeps a few for registries that come later', async () => {
    const asked: string[] = [];
    const api = stubApi({
      createEvent: ({ namespace }) => {
        asked.push(namespace);
        return Promise.resolve({ kind: 'done', value: undefined });
      },
    });
    const registries = ['prod', 'lab', 'dev'];
    const sender = createEventSender({ api, clock: createTestClock(), log: keepLog(), registries });

    await sender.send('prod', subjects(100), NEVER);
    await sender.send('lab', subjectsIn('lab'), NEVER);
    await sender.send('dev', subjectsIn('dev', 'dev', 'dev', 'dev'), NEVER);

    expect(asked).toHaveLength(50);
    expect(asked.slice(46)).toEqual(['lab', 'dev', 'dev', 'dev']);
  });

  test('keeps the fifty for namespaces that take them', async () => {
    const { asked, sender } = refusing(['ending'], 'forbidden');

    await sender.send('prod', subjectsIn(...Array.from({ length: 60 }, () => 'ending'), 'shop'), NEVER);

    expect(asked).toEqual(['ending', 'shop']);
  });

  test.each([
    ['stops where three namespaces in a row refuse', ['a', 'b', 'c', 'shop'], ['a', 'b', 'c']],
    [
      'goes on where another one took it between',
      ['a', 'b', 'shop', 'c', 'ops'],
      ['a', 'b', 'shop', 'c', 'ops', 'lab'],
    ],
  ])('%s', async (_, namespaces, expected) => {
    const { asked, sender } = refusing(['a', 'b', 'c'], 'forbidden');

    await sender.send('prod', subjectsIn(...namespaces), NEVER);
    await sender.send('lab', subjectsIn('lab'), NEVER);

    expect(asked).toEqual(expected);
  });

  test.each(['unreachable', 'busy', 'unauthorized'] as const)('stops at once where the API is %s', async (reason) => {
    const { asked, sender } = refusing(['a'], reason);

    await sender.send('prod', subjectsIn('a', 'shop'), NEVER);

    expect(asked).toEqual(['a']);
  });

  test('asks a namespace that refuses once, with one warning that names the right', async () => {
    let asked = 0;
    const log = keepLog();
    const api = stubApi({
      createEvent: () => {
        asked += 1;
        return Promise.resolve({ kind: 'failed', reason: 'forbidden', detail: 'HTTP 403' });
      },
    });
    const sender = createEventSender({ api, clock: createTestClock(), log });

    await sender.send('prod', subjects(3), NEVER);
    await sender.send('lab', subjects(3), NEVER);

    expect(asked).toBe(1);
    expect(log.lines).toEqual([
      {
        level: 'warn',
        registry: 'prod',
        verb: 'create',
        resource: 'events',
        namespace: 'shop',
        detail: 'HTTP 403',
        message: 'Event not sent',
      },
    ]);
  });

  test('goes on after a namespace that is gone', async () => {
    let asked = 0;
    const api = stubApi({
      createEvent: () => {
        asked += 1;
        return Promise.resolve({ kind: 'failed', reason: 'not_found', detail: 'HTTP 404' });
      },
    });
    const sender = createEventSender({ api, clock: createTestClock(), log: keepLog() });

    await sender.send('prod', subjects(3), NEVER);

    expect(asked).toBe(3);
  });
});
