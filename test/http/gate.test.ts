import { describe, expect, test } from 'vitest';
import { createPauses } from '../../src/http/gate.ts';

const HOST = 'registry.example.com';

describe('a host', () => {
  test('is open until it asks for a pause, and when that is over', () => {
    const pauses = createPauses();

    const before = pauses.of(HOST, 0);
    pauses.begin(HOST, { kind: 'wait', ms: 500 }, 0);

    expect(before).toEqual({ kind: 'open' });
    expect(pauses.of(HOST, 100)).toEqual({ kind: 'wait', ms: 400 });
    expect(pauses.of(HOST, 500)).toEqual({ kind: 'open' });
  });

  test('is shut for as long as it asked, and says how long that was', () => {
    const pauses = createPauses();

    pauses.begin(HOST, { kind: 'shut', ms: 60_000, status: 429 }, 0);

    expect(pauses.of(HOST, 59_999)).toEqual({ kind: 'shut', askedMs: 60_000, status: 429 });
    expect(pauses.of(HOST, 60_000)).toEqual({ kind: 'open' });
  });

  test('says nothing about another one, nor about another port', () => {
    const pauses = createPauses();

    pauses.begin(HOST, { kind: 'wait', ms: 500 }, 0);

    expect(pauses.of('storage.example.com', 0)).toEqual({ kind: 'open' });
    expect(pauses.of(`${HOST}:5000`, 0)).toEqual({ kind: 'open' });
  });

  test('that asks twice is left alone until the later of both ends', () => {
    const pauses = createPauses();

    pauses.begin(HOST, { kind: 'wait', ms: 500 }, 0);
    pauses.begin(HOST, { kind: 'wait', ms: 100 }, 50);
    const shorter = pauses.of(HOST, 100);
    pauses.begin(HOST, { kind: 'shut', ms: 60_000, status: 503 }, 100);
    pauses.begin(HOST, { kind: 'wait', ms: 30_000 }, 100);

    expect(shorter).toEqual({ kind: 'wait', ms: 400 });
    expect(pauses.of(HOST, 40_000)).toEqual({ kind: 'shut', askedMs: 60_000, status: 503 });
  });
});
