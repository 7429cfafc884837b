import { describe, expect, test } from 'vitest';

import type { ApiAnswer, ApiFailure, ConfigMapContent } from '../../src/kubernetes/api.ts';
import { brokenImageEvent } from '../../src/kubernetes/event.ts';
import { withRetry } from '../../src/kubernetes/with-retry.ts';
import { createTestClock } from '../support/clock.ts';
import { workload } from './objects.ts';
import { NEVER, stubApi } from './scene.ts';

const BUSY: ApiFailure = { kind: 'failed', reason: 'busy', detail: 'HTTP 503' };
const EMPTY: ApiAnswer<ConfigMapContent> = { kind: 'done', value: { data: {}, binaryData: {}, resourceVersion: '1' } };

function answering(...answers: readonly ApiAnswer<ConfigMapContent>[]) {
  const left = [...answers];
  return stubApi({ readConfigMap: () => Promise.resolve(left.shift() ?? BUSY) });
}

describe('asking once more', () => {
  test.each<[string, ApiFailure['reason'], number]>([
    ['was busy', 'busy', 1],
    ['did not answer', 'unreachable', 1],
    ['refused', 'forbidden', 0],
    ['has it not', 'not_found', 0],
    ['has forgotten the place in a list', 'expired', 0],
  ])('an API that %s', async (_, reason, retries) => {
    const clock = createTestClock();
    const api = withRetry(answering({ kind: 'failed', reason, detail: 'x' }, EMPTY), clock);

    const answer = await api.readConfigMap('probe', 'report', NEVER);

    expect(clock.sleeps).toEqual(Array.from({ length: retries }, () => 1000));
    expect(answer.kind).toBe(retries === 1 ? 'done' : 'failed');
  });

  test.each([
    ['20', [20_000]],
    ['0', [1_000]],
    ['Thu, 01 Jan 2026 00:00:07 GMT', [7_000]],
    ['3600', []],
    ['soon', [1_000]],
  ])('waits as long as the API asks for, %s, up to what a run may wait', async (retryAfter, sleeps) => {
    const clock = createTestClock();

    await withRetry(answering({ ...BUSY, retryAfter }, EMPTY), clock).readConfigMap('probe', 'r', NEVER);

    expect(clock.sleeps).toEqual(sleeps);
  });

  test('is done once, and never after the time is up', async () => {
    const clock = createTestClock();

    const twice = await withRetry(answering(BUSY, BUSY, EMPTY), clock).readConfigMap('probe', 'r', NEVER);
    const late = await withRetry(answering(BUSY, EMPTY), clock).readConfigMap('probe', 'r', AbortSignal.abort());

    expect([twice, late]).toEqual([BUSY, BUSY]);
    expect(clock.sleeps).toEqual([1000]);
  });

  test('an event is never sent twice', async () => {
    let asked = 0;
    const api = stubApi({
      createEvent: () => {
        asked += 1;
        return Promise.resolve(BUSY);
      },
    });
    const event = brokenImageEvent({ workload: workload('shop/Pod/web', []), what: 'w', next: 'n' }, 0);

    await withRetry(api, createTestClock()).createEvent(event, NEVER);

    expect(asked).toBe(1);
  });
});
