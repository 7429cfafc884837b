import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { broken, detailOf, outcome, SOUND, startHostile, untold, type Entry } from './scene.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const child = app.arm64.manifest.digest;

/** Enough tags to be judged as a crowd. */
const MANY: readonly Entry[] = Array.from({ length: 30 }, (_, number) => ({
  repository: `service-${String(number).padStart(2, '0')}`,
  tag: 'v1',
  content: buildImage({ seed: `outage/${number}`, layers: 1 }),
}));

const NOT_FOUND = { kind: 'status', status: 404 } as const;
const MANIFESTS = { kind: 'manifest' } as const;

describe('a registry whose backend is away, so that it answers 404 for what it has', () => {
  test('for the time of the walk and of the first confirmations loses nothing', async () => {
    const { fail, run } = await startHostile({}, MANY);
    fail(NOT_FOUND, MANIFESTS, { times: MANY.length * 2 });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ tags: 30, manifests: 30, cleared: 30 });
  });

  test('and keeps the 404 in a negative cache for each URL loses nothing', async () => {
    const { fail, run } = await startHostile({}, MANY);
    fail(NOT_FOUND, MANIFESTS, { times: MANY.length });
    const missed = new Set<string>();
    const isCached = (url: string): boolean => missed.size >= MANY.length && missed.has(url);
    fail(NOT_FOUND, {
      ...MANIFESTS,
      predicate: ({ path, search }) => {
        const cached = isCached(path + search);
        missed.add(path + search);
        return cached;
      },
    });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('for good is suspect, and its findings are held back even where they were to be a failure', async () => {
    const { fail, run } = await startHostile({}, MANY);
    fail(NOT_FOUND, MANIFESTS);

    const done = await run();

    expect(done.code).toBe(3);
    expect(done.registry().verdict).toBe('suspect');
    expect((await run({}, '--fail-on-findings')).code).toBe(3);
  });

  test('from the middle of the walk on is unknown, since what was good is gone, too', async () => {
    const { fail, run } = await startHostile({}, MANY);
    fail(NOT_FOUND, MANIFESTS, { after: 20 });

    const done = await run({}, '--concurrency', '1');

    expect(outcome(done)).toMatchObject({ code: 3, verdict: 'unknown', findings: [] });
    expect(done.registry().counts.unknown.protocol).toBe(20);
    expect(detailOf(done)).toContain('the registry has lost what it had a moment ago');
  });

  test('for most tags is suspect, and for a few it is believed', async () => {
    const { store, run } = await startHostile({}, MANY);
    for (const { repository } of MANY.slice(0, 16)) store.danglingTag(repository, 'v1');
    const most = await run();
    for (const { repository, content } of MANY.slice(3, 16)) store.put(repository, 'v1', content);
    const few = await run();

    expect([most.code, most.registry().verdict]).toEqual([3, 'suspect']);
    expect(outcome(few)).toEqual(
      broken(...MANY.slice(0, 3).map((one) => `${one.repository}:v1 manifest/tag_dangling`)),
    );
  });

  test('is no excuse for verify, which asks for what is named', async () => {
    const { fail, url } = await startHostile({}, [single]);
    fail(NOT_FOUND, MANIFESTS);

    const gate = await probe(['verify', `${url.host}/single:v1`, '--output', 'json']);

    expect(gate.code).toBe(1);
    expect(gate.registry().findings).toMatchObject([{ object: 'manifest', fault: 'tag_dangling' }]);
  });
});

describe('a 404 with a page for people', () => {
  test.each<[string, RequestMatch, string]>([
    ['a manifest', { kind: 'manifest', reference: child }, `app ${child} protocol`],
    ['a tag', { kind: 'manifest', reference: 'v1', repository: 'app' }, 'app v1 protocol'],
    ['a blob', { kind: 'blob', reference: layer }, `app ${layer} protocol`],
    ['a tag list', { kind: 'tags', repository: 'app' }, 'app _tags protocol'],
  ])('in the place of %s proves nothing', async (_, when, entry) => {
    const { fail, run } = await startHostile();
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    fail({ kind: 'status', status: 404, body: '<h1>404 Not Found</h1><hr>nginx', headers }, when);

    const done = await run();

    expect(outcome(done)).toEqual(untold(entry));
    expect(detailOf(done)).toMatch(/^(GET|HEAD) answered 404 \(wrong_backend: a web page, not a registry\)$/);
  });

  test('everywhere is a wrong backend, not a list of broken images', async () => {
    const { fail, run, asked } = await startHostile({}, MANY);
    fail({ kind: 'status', status: 404, body: '<html>', headers: { 'content-type': 'text/html' } });

    const done = await run();

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(done.registry().catalogAccessible).toBe(false);
    expect(detailOf(done)).toContain('wrong_backend');
    expect(asked().length).toBe(2);
  });
});

describe('a storage that is gone under a running registry', () => {
  test('between the catalog and the tags is suspect, not a registry without images', async () => {
    const { store, fail, run } = await startHostile({}, MANY);
    const vanish = (): boolean => {
      for (const { repository } of MANY) store.removeRepository(repository);
      return false;
    };
    fail(NOT_FOUND, { kind: 'tags', predicate: vanish });

    const done = await run();

    expect([done.code, done.registry().findings]).toEqual([3, []]);
    expect(done.registry().verdict).toBe('suspect');
  });
});
