import { describe, expect, test } from 'vitest';

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

  test('stops at a missing right, after one warning that names it', async () => {
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
