import { describe, expect, test } from 'vitest';

import type { Token } from '../../../src/registry/auth/token-answer.ts';
import {
  createTokenStore,
  type FetchToken,
  type HeldToken,
  type TokenStore,
} from '../../../src/registry/auth/token-store.ts';
import { unknown, type Unknown } from '../../../src/walk/lookup.ts';
import { createTestClock, type TestClock } from '../../support/clock.ts';

const SCOPE = 'repository:a:pull';
const MINUTE = 60_000;
const SIGNAL = new AbortController().signal;

describe('createTokenStore', () => {
  test('a token is fetched once for everyone who waits for it', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);

    const held = await Promise.all(Array.from({ length: 1_000 }, () => store.get(SCOPE, SIGNAL, service.fetch)));

    expect(service.fetches()).toBe(1);
    expect(new Set(held.map(valueOf))).toEqual(new Set(['t1']));
    expect(held.filter((one) => one.kind === 'held' && one.fresh)).toHaveLength(1);
  });

  test('each scope has a token of its own, no scope included', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);

    const values = [
      await store.get('repository:a:pull', SIGNAL, service.fetch),
      await store.get('repository:b:pull', SIGNAL, service.fetch),
      await store.get(null, SIGNAL, service.fetch),
      await store.get('repository:a:pull', SIGNAL, service.fetch),
    ].map(valueOf);

    expect(values).toEqual(['t1', 't2', 't3', 't1']);
  });

  test('what was not asked for longest goes where there are more scopes than are held', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    const get = (scope: number) => store.get(`repository:r${scope}:pull`, SIGNAL, service.fetch);

    for (let scope = 0; scope < 4_096; scope += 1) await get(scope);
    const [used, before] = [await get(0), service.fetches()];
    const more = await get(4_096);
    const again = [await get(0), await get(4_096), await get(1)].map(valueOf);

    expect([valueOf(used), before, valueOf(more)]).toEqual(['t1', 4_096, 't4097']);
    expect(again).toEqual(['t1', 't4097', 't4098']);
  });

  test('long tokens of many scopes are not all held', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    let fetches = 0;
    const fetch: FetchToken = async () => {
      fetches += 1;
      return { kind: 'token', value: 't'.repeat(60_000), refreshAt: clock.elapsed() + MINUTE };
    };
    const get = (scope: number) => store.get(`repository:r${scope}:pull`, SIGNAL, fetch);

    for (let scope = 0; scope < 100; scope += 1) await get(scope);
    await get(99);
    const last = fetches;
    await get(0);

    expect([last, fetches]).toEqual([100, 101]);
  });

  test('a token is fetched again once its time has come', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    await store.get(SCOPE, SIGNAL, service.fetch);

    clock.advance(MINUTE - 1);
    const before = await store.get(SCOPE, SIGNAL, service.fetch);
    clock.advance(1);
    const after = await store.get(SCOPE, SIGNAL, service.fetch);

    expect([valueOf(before), valueOf(after)]).toEqual(['t1', 't2']);
  });

  test.each([-3_600_000, 3_600_000])('a token is used as long when the clock is set by %i ms', async (setBy) => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    await store.get(SCOPE, SIGNAL, service.fetch);

    clock.set(setBy);
    clock.advance(MINUTE - 1);
    const before = await store.get(SCOPE, SIGNAL, service.fetch);
    clock.advance(1);
    const after = await store.get(SCOPE, SIGNAL, service.fetch);

    expect([valueOf(before), valueOf(after)]).toEqual(['t1', 't2']);
  });

  test('a failure answers for five seconds, and no longer', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const failure = unknown('server_error', 'the token service answered 500');
    const service = tokenService(clock, [failure]);

    const first = await store.get(SCOPE, SIGNAL, service.fetch);
    clock.advance(4_999);
    const remembered = await store.get(SCOPE, SIGNAL, service.fetch);
    const fetchesMeanwhile = service.fetches();
    clock.advance(1);
    const later = await store.get(SCOPE, SIGNAL, service.fetch);

    expect([first, remembered]).toEqual([failure, failure]);
    expect(fetchesMeanwhile).toBe(1);
    expect(valueOf(later)).toBe('t2');
  });

  test('running out of time is not remembered against the token service', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock, [unknown('deadline', 'no time left')]);

    const first = await store.get(SCOPE, SIGNAL, service.fetch);
    const second = await store.get(SCOPE, SIGNAL, service.fetch);

    expect(first).toMatchObject({ kind: 'unknown', reason: 'deadline' });
    expect(valueOf(second)).toBe('t2');
  });

  test('one who waited for a fetch that another gave up starts a new one', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock, [unknown('deadline', 'no time left')]);

    const [first, second] = await Promise.all([
      store.get(SCOPE, AbortSignal.abort(), service.fetch),
      store.get(SCOPE, SIGNAL, service.fetch),
    ]);

    expect(first).toMatchObject({ kind: 'unknown', reason: 'deadline' });
    expect(valueOf(second)).toBe('t2');
  });

  test('a token that a hundred requests were refused with is replaced once', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    const old = tokenOf(await store.get(SCOPE, SIGNAL, service.fetch));

    const replaced = await Promise.all(
      Array.from({ length: 100 }, () => store.replace(SCOPE, old, SIGNAL, service.fetch)),
    );
    const late = await store.replace(SCOPE, old, SIGNAL, service.fetch);

    expect(new Set([...replaced, late].map(valueOf))).toEqual(new Set(['t2']));
    expect(service.fetches()).toBe(2);
  });

  test('no second token is fetched for a minute after a new one was useless', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    const token = tokenOf(await store.get(SCOPE, SIGNAL, service.fetch));
    store.useless(SCOPE, token);

    const atOnce = await store.replace(SCOPE, token, SIGNAL, service.fetch);
    clock.advance(MINUTE);
    const later = await store.replace(SCOPE, token, SIGNAL, service.fetch);

    expect(atOnce).toBeNull();
    expect(valueOf(later)).toBe('t2');
  });

  test('a token that was honored before it was refused is not useless', async () => {
    const clock = createTestClock();
    const store = createTokenStore(clock);
    const service = tokenService(clock);
    const token = tokenOf(await store.get(SCOPE, SIGNAL, service.fetch));
    store.accepted(SCOPE, token);
    store.useless(SCOPE, token);

    const next = await store.replace(SCOPE, token, SIGNAL, service.fetch);

    expect(valueOf(next)).toBe('t2');
  });

  test('what is said against an old token does not concern the new one', async () => {
    const { store, fetch, old, current } = await replaceOnce();
    store.useless(SCOPE, old);

    const next = await store.replace(SCOPE, current, SIGNAL, fetch);

    expect(valueOf(next)).toBe('t3');
  });

  test('what is said for an old token does not concern the new one', async () => {
    const { store, fetch, old, current } = await replaceOnce();
    store.accepted(SCOPE, old);
    store.useless(SCOPE, current);

    const next = await store.replace(SCOPE, current, SIGNAL, fetch);

    expect(next).toBeNull();
  });
});

async function replaceOnce(): Promise<{ store: TokenStore; fetch: FetchToken; old: Token; current: Token }> {
  const clock = createTestClock();
  const store = createTokenStore(clock);
  const { fetch } = tokenService(clock);
  const old = tokenOf(await store.get(SCOPE, SIGNAL, fetch));
  const current = tokenOf(await store.replace(SCOPE, old, SIGNAL, fetch));
  return { store, fetch, old, current };
}

/** Gives t1, t2, ... good for a minute each; the first answers may be set. */
function tokenService(clock: TestClock, first: readonly Unknown[] = []): { fetch: FetchToken; fetches: () => number } {
  let fetches = 0;
  return {
    fetches: () => fetches,
    fetch: async () => {
      const token: Token = { kind: 'token', value: `t${fetches + 1}`, refreshAt: clock.elapsed() + MINUTE };
      fetches += 1;
      return first[fetches - 1] ?? token;
    },
  };
}

function tokenOf(held: HeldToken | Unknown | null): Token {
  if (held?.kind !== 'held') throw new Error(`no token: ${JSON.stringify(held)}`);
  return held.token;
}

function valueOf(held: HeldToken | Unknown | null): string {
  return tokenOf(held).value;
}
