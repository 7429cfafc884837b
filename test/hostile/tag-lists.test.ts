import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/demo/answer.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { broken, detailOf, outcome, SOUND, startHostile } from './scene.ts';

const LIST = { kind: 'tags', repository: 'app' } as const;
const content = buildImage({ seed: 'tags', layers: 1 });

const body = (text: string): FaultAction => ({
  kind: 'body',
  body: text,
  headers: { 'content-type': 'application/json' },
});
const error = (status: number, code: string, type = 'application/json'): FaultAction => ({
  kind: 'status',
  status,
  body: JSON.stringify({ errors: [{ code, message: 'said so' }] }),
  headers: { 'content-type': type },
});

/** `app` with so many tags of one image. */
async function startTags(count: number, options: Parameters<typeof startHostile>[0] = {}) {
  const entries = Array.from({ length: count }, (_, number) => {
    return { repository: 'app', tag: `v${String(number).padStart(5, '0')}`, content };
  });
  return startHostile(options, entries);
}

describe('a listed repository', () => {
  test.each<[string, FaultAction]>([
    ['with null for its tags', body('{"name":"app","tags":null}')],
    ['with no tag', body('{"name":"app","tags":[]}')],
    ['that leaves its tags out', body('{"name":"app"}')],
    ['that is not known, in JSON that is called a web page', error(404, 'NAME_UNKNOWN', 'text/html')],
    ['that is not known (NAME_UNKNOWN)', error(404, 'NAME_UNKNOWN')],
    ['that is not known (NOT_FOUND)', error(404, 'NOT_FOUND')],
  ])('%s is empty, and no failure', async (_, action) => {
    const { fail, run } = await startHostile();
    fail(action, LIST);

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ repositories: 2, repositoriesEmpty: 1, tags: 1 });
  });

  test.each<[string, FaultAction, string, string]>([
    ['a 500', error(500, 'UNKNOWN'), 'server_error', 'GET answered 500 UNKNOWN: said so'],
    ['a 503', error(503, 'UNAVAILABLE'), 'server_error', '503'],
    ['a 403', error(403, 'DENIED'), 'forbidden', 'GET answered 403 DENIED: said so'],
    ['a 404 without a word', { kind: 'status', status: 404, body: '404 page not found\n' }, 'protocol', 'answered 404'],
    ['a 404 that is a refusal', error(404, 'UNAUTHORIZED'), 'auth', 'GET answered 404 UNAUTHORIZED'],
    ['another document', body('{"repositories":["app"]}'), 'protocol', 'not a list of names'],
    ['a list of other things', body('{"tags":["v1",2]}'), 'protocol', 'not a list of names'],
    [
      'a 404 with a web page',
      { kind: 'status', status: 404, body: '<p>', headers: { 'content-type': 'text/html' } },
      'protocol',
      'a web page',
    ],
    ['a 404 of another kind', error(404, 'NAME_INVALID'), 'protocol', 'GET answered 404 NAME_INVALID'],
    ['a broken connection', { kind: 'drop', reset: true }, 'connection', ''],
    ['half a list', { kind: 'cut', bytes: 12 }, 'connection', 'the page was cut short'],
  ])('whose list is %s is unknown, and the others are walked', async (_, action, reason, detail) => {
    const { store, fail, run } = await startHostile();
    store.danglingTag('single', 'v1');
    store.put('single', 'v2', content);
    fail(action, LIST);

    const done = await run();

    expect(outcome(done)).toEqual({
      code: 3,
      verdict: 'broken',
      findings: ['single:v1 manifest/tag_dangling'],
      unknowns: [`app _tags ${reason}`],
    });
    expect(detailOf(done)).toContain(detail);
  });

  test('whose list comes at the second try is walked', async () => {
    const { fail, run } = await startHostile();
    fail(error(500, 'UNKNOWN'), LIST, { times: 2 });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.tags).toBe(2);
  });
});

describe('a list of tags', () => {
  test('is asked for without a type, which is a 406 for some', async () => {
    const { fail, run } = await startHostile();
    const isPicky: RequestMatch = { kind: 'tags', predicate: ({ headers }) => /vnd\./.test(headers['accept'] ?? '') };
    fail({ kind: 'status', status: 406 }, isPicky);

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('is asked for without a size, which some registries page wrongly by', async () => {
    const { run, asked } = await startHostile();

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ kind: 'tags' }).toSorted()).toEqual(['GET /v2/app/tags/list', 'GET /v2/single/tags/list']);
  });

  test('that comes in pages is read to its end, and so is what it names', async () => {
    const { store, fail, run, asked } = await startTags(250);
    const page = (answer: Answer, last: string): Answer => {
      const { name, tags } = JSON.parse(new TextDecoder().decode(answer.body)) as { name: string; tags: string[] };
      const rest = tags.filter((tag) => tag > last);
      const bytes = new TextEncoder().encode(JSON.stringify({ name, tags: rest.slice(0, 50) }));
      const link = { link: `</v2/app/tags/list?n=50&last=${rest[49] ?? ''}>; rel="next"` };
      const headers = { 'content-type': 'application/json', 'content-length': String(bytes.length), ...link };
      return { ...answer, body: bytes, headers };
    };
    fail({ kind: 'rewrite', rewrite: (answer, { query }) => page(answer, query.get('last') ?? '') }, LIST);
    store.danglingTag('app', 'v00249');

    const done = await run();

    expect(outcome(done)).toEqual(broken('app:v00249 manifest/tag_dangling'));
    expect(done.registry().counts.tags).toBe(250);
    expect(asked({ ...LIST, predicate: ({ search }) => !search.includes('probe=') })).toHaveLength(6);
  });

  test.each([100, 1000])('of exactly %i without a link may have been cut there', async (cut) => {
    const { fail, run, asked } = await startTags(cut + 3);
    const page = (answer: Answer, last: string): Answer => {
      const { name, tags } = JSON.parse(new TextDecoder().decode(answer.body)) as { name: string; tags: string[] };
      const part = tags.filter((tag) => tag > last).slice(0, cut);
      const bytes = new TextEncoder().encode(JSON.stringify({ name, tags: part }));
      return { ...answer, body: bytes, headers: { 'content-length': String(bytes.length) } };
    };
    fail({ kind: 'rewrite', rewrite: (answer, { query }) => page(answer, query.get('last') ?? '') }, LIST);

    const done = await run();

    expect([outcome(done), done.registry().counts.tags]).toEqual([SOUND, cut + 3]);
    expect(asked(LIST)).toHaveLength(2);
  });

  test('with a tag twice asks for it once', async () => {
    const { fail, run, asked } = await startHostile();
    fail(body('{"name":"app","tags":["v1","v1","v1"]}'), LIST);

    const done = await run();

    expect([outcome(done), done.registry().counts.tags]).toEqual([SOUND, 2]);
    expect(asked({ kind: 'manifest', repository: 'app', reference: 'v1' })).toHaveLength(1);
  });

  test('with a name that is no tag cannot lead the question elsewhere', async () => {
    const { fail, run, asked } = await startHostile();
    fail(body('{"name":"app","tags":["../../single/manifests/v1","a?b#c","v1"]}'), LIST);

    await run();

    expect(asked({ predicate: ({ path }) => path.includes('..') && !path.includes('app/manifests/') })).toEqual([]);
    expect(asked({ kind: 'manifest', repository: 'single', reference: 'v1' })).toHaveLength(1);
  });
});
