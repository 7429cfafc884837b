import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/demo/answer.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { CATALOG, NAMES, pages, startNames } from './names.ts';
import { broken, outcome, SOUND, startHostile } from './scene.ts';

type Fits = (request: DemoRequest) => boolean;

const refuses = (status: number, fits: Fits) =>
  [
    { kind: 'status', status, body: 'refused', headers: { 'content-type': 'text/plain' } },
    { ...CATALOG, predicate: fits },
  ] as const;
const has =
  (name: string): Fits =>
  ({ query }) =>
    query.has(name);

describe('a registry that is strict about queries', () => {
  test('takes no nonce: a walk with a finding is complete all the same', async () => {
    const hostile = await startHostile();
    hostile.store.danglingTag('app', 'v2');
    hostile.fail(
      { kind: 'status', status: 400, body: 'invalid query probe' },
      { predicate: ({ query }) => query.has('probe') },
    );

    expect(outcome(await hostile.run())).toEqual(broken('app:v2 manifest/tag_dangling'));
  });

  test.each([400, 422, 500])('takes no size, which is a %i, and sends all at once', async (status) => {
    const hostile = await startNames();
    hostile.fail(...refuses(status, has('n')));

    const done = await hostile.run();

    expect([outcome(done), done.registry().counts.repositories]).toEqual([SOUND, NAMES.length]);
    expect(pages(hostile).at(-1)).toBe('');
  });

  test.each([400, 404, 500])('takes no place to go on after, which is a %i, and has sent all', async (status) => {
    const many = Array.from({ length: 100 }, (_, number) => `name-${String(number).padStart(3, '0')}`);
    const hostile = await startNames(many);
    hostile.fail(...refuses(status, has('last')));

    const done = await hostile.run();

    expect([outcome(done), done.registry().counts.repositories]).toEqual([SOUND, 100]);
    expect(new Set(pages(hostile))).toEqual(new Set(['?n=1000', '?n=1000&last=name-099', '?n=101']));
  });

  test('hangs up at the end of one page, and sends it in another size', async () => {
    const hostile = await startNames();
    hostile.fail({ kind: 'drop' }, { ...CATALOG, predicate: ({ search }) => search === '?last=delta&n=3' });

    const done = await hostile.run({ PROBE_PAGE_SIZE: '3' });

    expect([outcome(done), done.registry().counts.repositories]).toEqual([SOUND, NAMES.length]);
  });
});

describe('pages that are odd', () => {
  /** Serves these bodies in turn, by `page`, each with a link to the next one. */
  async function inTurn(bodies: readonly string[], after: string | null = null) {
    const hostile = await startNames();
    const rewrite = (answer: Answer, { query }: DemoRequest): Answer => {
      const page = Number(query.get('page') ?? 0);
      const link = page + 1 < bodies.length ? `<http://elsewhere.example.com/?page=${page + 1}>; rel="next"` : after;
      return {
        ...answer,
        status: 200,
        body: Buffer.from(bodies[page] ?? ''),
        headers: { 'content-type': 'text/html', ...(link === null ? {} : { link }) },
      };
    };
    hostile.fail({ kind: 'rewrite', rewrite }, CATALOG);
    return hostile;
  }

  test('an empty one that leads on is a page, in the middle and at the beginning', async () => {
    const { run } = await inTurn([
      '{}',
      '{"repositories":["alpha"]}',
      '{"repositories":null}',
      '{"repositories":["zeta"]}',
    ]);

    const done = await run();

    expect([outcome(done), done.registry().counts.repositories]).toEqual([SOUND, 2]);
  });

  test('an empty one that leads back is the last', async () => {
    const { run } = await inTurn(['{"repositories":["alpha"]}', '{"repositories":[]}'], '<?page=1>; rel="next"');

    expect((await run()).registry()).toMatchObject({ complete: true, counts: { repositories: 1 } });
  });

  test('the first one again, after the last, is the end', async () => {
    const first = '{"repositories":["alpha","delta"]}';
    const { run } = await inTurn([first, '{"repositories":["zeta"]}', first], '<?page=1>; rel="next"');

    expect((await run()).registry()).toMatchObject({ complete: true, counts: { repositories: 3 } });
  });

  test('names that come twice are walked once', async () => {
    const { run } = await inTurn(['{"repositories":["alpha","alpha"]}', '{"repositories":["alpha","zeta"]}']);

    expect((await run()).registry()).toMatchObject({ complete: true, counts: { repositories: 2 } });
  });

  test('empty ones without an end are no listing', async () => {
    const hostile = await startNames();
    const rewrite = (answer: Answer, { query }: DemoRequest): Answer => {
      const link = `<?page=${Number(query.get('page') ?? 0) + 1}>; rel="next"`;
      return { ...answer, body: Buffer.from('{"repositories":[]}'), headers: { link } };
    };
    hostile.fail({ kind: 'rewrite', rewrite }, CATALOG);

    const done = await hostile.run();

    expect(done.registry()).toMatchObject({ catalogAccessible: false });
    expect(done.registry().unknowns[0]?.detail).toContain('more than 100 empty pages');
  });
});
