import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { CATALOG, IN_THREES, pages, startNames } from './names.ts';
import { detailOf, outcome, SOUND, untold, type Hostile } from './scene.ts';

const NAMES = Array.from({ length: 8 }, (_, number) => `name-${number}`);

/** Refuses pages of more than so many names. */
function refuseOver(hostile: Hostile, largest: number, action: FaultAction): void {
  hostile.fail(action, { ...CATALOG, predicate: ({ query }) => Number(query.get('n')) > largest });
}

const refusal = (status: number, code: string): FaultAction => ({
  kind: 'status',
  status,
  body: JSON.stringify({ errors: [{ code, message: 'the page is too large' }] }),
  headers: { 'content-type': 'application/json' },
});

describe('a page size that is refused', () => {
  test.each([
    [400, 'PAGINATION_NUMBER_INVALID'],
    [400, 'UNSUPPORTED'],
    [405, 'UNSUPPORTED'],
    [413, 'TOO_MANY_TAGS_REQUESTED'],
  ])('with %i %s is stepped down', async (status, code) => {
    const hostile = await startNames(NAMES);
    refuseOver(hostile, 100, refusal(status, code));

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toEqual(['?n=1000', '?n=100']);
  });

  test('however small, is left to the registry', async () => {
    const hostile = await startNames(NAMES);
    refuseOver(hostile, 0, refusal(400, 'PAGINATION_NUMBER_INVALID'));

    expect(outcome(await hostile.run())).toEqual(SOUND);
    expect(pages(hostile)).toEqual(['?n=1000', '?n=100', '']);
  });

  test('in any way is unknown, with what the registry says', async () => {
    const hostile = await startNames(NAMES);
    hostile.fail(refusal(400, 'UNSUPPORTED'), CATALOG);

    const done = await hostile.run();

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toBe('GET answered 400 UNSUPPORTED: the page is too large');
  });

  test.each([[401, 'auth'] as const, [403, 'forbidden'] as const, [429, 'rate_limited'] as const])(
    'is something else than a %i, which no smaller page changes',
    async (status, reason) => {
      const hostile = await startNames(NAMES);
      hostile.fail({ kind: 'status', status }, CATALOG);

      expect(outcome(await hostile.run())).toEqual(untold(`_catalog ${reason}`));
      expect(pages(hostile)).toEqual(['?n=1000']);
    },
  );
});

describe('a registry that does not know the name to go on after, since it was deleted in the meantime', () => {
  const lost = refusal(400, 'BAD_REQUEST');
  const goesOn = { ...CATALOG, predicate: ({ query }: { query: URLSearchParams }) => query.has('last') };

  test('is asked for the whole list once more, past caches', async () => {
    const hostile = await startNames(NAMES);
    const deleteLast = (): boolean => {
      hostile.store.removeRepository('name-2');
      return true;
    };
    hostile.fail(lost, { ...goesOn, predicate: (request) => goesOn.predicate(request) && deleteLast() }, { times: 1 });

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(7);
    expect(pages(hostile)).toEqual(['?n=3', '?last=name-2&n=3', '?n=3', '?last=name-3&n=3', '?last=name-6&n=3']);
    const marked = hostile.registry.requests.matching(CATALOG).map(({ query }) => query.has('probe'));
    expect(marked).toEqual([false, false, true, true, true]);
  });

  test('and says so each time, is unknown', async () => {
    const hostile = await startNames(NAMES);
    hostile.fail(lost, goesOn);

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toBe('GET answered 400 BAD_REQUEST: the page is too large');
    expect(pages(hostile)).toHaveLength(4);
  });
});
