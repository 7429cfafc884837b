import { describe, expect, test } from 'vitest';
import { createPauses } from '../../src/http/gate.ts';

const HOST = 'registry.example.com';

describe('a host', () => {
  test('says nothing about another port of its own', () => {
    const pauses = createPauses();

    pauses.begin(HOST, { kind: 'wait', ms: 500 }, 0);

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
