import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeState, encodeState } from '../../src/history/encode.ts';
import { createHistory } from '../../src/history/history.ts';
import type { State } from '../../src/history/state.ts';
import { broken as oneBroken, known, NOW, PROD, state, THEN } from './scene.ts';

const ROOM = 1_000_000;
const DAMAGED = { kind: 'miss', detail: 'it is damaged' };
const GIVEN = encodeState(state(), ROOM);

function packed(content: unknown): Uint8Array {
  return gzipSync(typeof content === 'string' ? content : JSON.stringify(content));
}

function hex(index: number): string {
  // Spread like those of real digests, which do not compress.
  return Array.from({ length: 8 }, (_, part) => ((index + 1) * (part + 3) * 2_654_435_761).toString(16).slice(-8)).join(
    '',
  );
}

/** So many broken layers, a hundred in each repository. */
function many(count: number): State['findings'] {
  return Array.from({ length: count / 100 }, (_, repository) => ({
    repository: `team-${repository}/application`,
    broken: Array.from({ length: 100 }, (__, index) =>
      known({ digest: `sha256:${hex(repository * 100 + index)}`, tag: `v${index}`, object: 'layer' }),
    ),
  }));
}

describe('a state as bytes', () => {
  test('is read as it was written', () => {
    const decoded = decodeState(GIVEN, PROD);

    expect(decoded).toEqual({ kind: 'state', state: state() });
  });

  test('says never of what nobody has filled yet', () => {
    const { repositories: _, walks: __, goodPins: ___, url: ____, nodePlatforms: _____, ...old } = state();

    const decoded = decodeState(packed(old), PROD);

    expect(decoded).toEqual({ kind: 'state', state: state({ url: null }) });
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'it is damaged'],
    ['text', Buffer.from('{'), 'it is damaged'],
    ['a list', packed([]), 'it is none'],
    ['null', packed('null'), 'it is none'],
    ['half of JSON', packed(JSON.stringify(state()).slice(0, -9)), 'it is damaged'],
    ['somebody else’s', packed({ ...state(), keptBy: 'another' }), 'it is none'],
    ['a newer one', packed({ ...state(), version: 2 }), 'it is of another version'],
    ['a version that is no number', packed({ ...state(), version: '1' }), 'it is of another version'],
    ['no findings', packed({ ...state(), findings: null }), 'it is damaged'],
    ['findings that are no list', packed({ ...state(), findings: { length: 1 } }), 'it is damaged'],
    ['a time before time', packed({ ...state(), begunAt: -1 }), 'it is damaged'],
    ['a time after time', packed({ ...state(), lastRunAt: 9e15 }), 'it is damaged'],
    ['a part of a millisecond', packed({ ...state(), begunAt: 0.5 }), 'it is damaged'],
    ['another registry', packed({ ...state(), registry: 'lab' }), 'it is of another registry or shard'],
    ['another shard', packed({ ...state(), shard: 0 }), 'it is of another registry or shard'],
  ])('is a miss: %s', (_, bytes, detail) => {
    const decoded = decodeState(bytes, PROD);

    expect(decoded).toEqual({ kind: 'miss', detail });
  });

  test('is a miss wherever it is cut', () => {
    const lengths = Array.from({ length: GIVEN.length }, (_, length) => length);

    const kinds = new Set(lengths.map((length) => decodeState(GIVEN.subarray(0, length), PROD).kind));

    expect(kinds).toEqual(new Set(['miss']));
  });

  test('never says anything else when a byte of it has changed', () => {
    fc.assert(
      fc.property(fc.nat(GIVEN.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(GIVEN, (byte, index) => (index === at ? byte ^ change : byte));
        const decoded = decodeState(bytes, PROD);
        // The head of a gzip has fields that mean nothing.
        expect([DAMAGED, { kind: 'state', state: state() }]).toContainEqual(decoded);
      }),
    );
  });

  test('is a miss with whatever a parser may come across', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (json, bytes) => {
        expect(decodeState(packed(json), PROD).kind).toBe('miss');
        expect(decodeState(bytes, PROD).kind).toBe('miss');
      }),
    );
  });

  test('is a miss where it would fill the memory', () => {
    const bomb = packed(`${JSON.stringify(state())}${' '.repeat(9 * 1024 * 1024)}`);

    const decoded = decodeState(bomb, PROD);

    expect(decoded).toEqual(DAMAGED);
  });

  test('has names that mean something else in JavaScript as names', () => {
    const findings = ['__proto__', 'constructor'].map((repository) => ({ repository, broken: [known()] }));

    const decoded = decodeState(encodeState(state({ findings }), ROOM), PROD);

    expect(decoded).toEqual({ kind: 'state', state: state({ findings }) });
  });

  test('of 8,000 findings has room in a ConfigMap', () => {
    const bytes = encodeState(state({ findings: many(8_000) }), 900 * 1024);

    const decoded = decodeState(bytes, PROD);

    expect(decoded).toMatchObject({ kind: 'state', state: { findingsNotKept: 0 } });
  });

  test('leaves out what has no room, and counts it', () => {
    const all = state({ findings: many(1_000), findingsNotKept: 5 });

    const bytes = encodeState(all, 10_000);

    const decoded = decodeState(bytes, PROD);
    expect(bytes.length).toBeLessThanOrEqual(10_000);
    if (decoded.kind === 'miss') throw new Error(decoded.detail);
    const kept = decoded.state.findings.flatMap(({ broken }) => broken);
    expect(kept).toEqual(all.findings.flatMap(({ broken }) => broken).slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(0);
    expect(decoded.state.findingsNotKept).toBe(1_005 - kept.length);
  });

  test('keeps since when all of 40,000 findings are broken, where there is room for some of them', () => {
    const all = many(40_000);

    const bytes = encodeState(state({ findings: all }), 700 * 1024);

    const decoded = decodeState(bytes, PROD);
    if (decoded.kind === 'miss') throw new Error(decoded.detail);
    expect(decoded.state.findingsNotKept).toBeGreaterThan(20_000);
    const history = createHistory(decoded.state);
    const since = all.flatMap(({ repository, broken }) =>
      broken.map(({ digest, object, tag }) =>
        history.firstSeen({ repository, digest, object, tags: [tag ?? ''] }, NOW),
      ),
    );
    expect(new Set(since)).toEqual(new Set([THEN]));
    // One that nobody has seen is not older than it is.
    expect(history.firstSeen(oneBroken({ repository: 'team/never' }), NOW)).toBe(NOW);
  });

  test('lets go of the dates where there is no room for them either, and says since when nothing is known', () => {
    const bytes = encodeState(state({ findings: many(1_000) }), 1_000);

    const decoded = decodeState(bytes, PROD);
    if (decoded.kind === 'miss') throw new Error(decoded.detail);
    expect(decoded.state).toMatchObject({ dates: null });
    expect(createHistory(decoded.state).firstSeen(oneBroken({ repository: 'team/never' }), NOW)).toBeNull();
  });

  test('leaves out the repositories where there is no room for them, rather than the rest', () => {
    const repositories = { withTags: Buffer.from(hex(1).repeat(90)).toString('base64'), withoutTags: '' };

    const decoded = decodeState(encodeState(state({ findings: [], repositories }), 400), PROD);

    expect(decoded).toEqual({ kind: 'state', state: state({ findings: [], hadNoRoom: true }) });
  });

  test('is read again, however long it would be', () => {
    const long = Array.from({ length: 9 }, (_, index) => known({ tag: `${index}${'x'.repeat(1024 * 1024)}` }));

    const bytes = encodeState(state({ findings: [{ repository: 'team/app', broken: long }] }), ROOM);

    const decoded = decodeState(bytes, PROD);

    expect(decoded).toMatchObject({ kind: 'state', state: { findingsNotKept: 2 } });
  });
});
