import { describe, expect, test } from 'vitest';

import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import { createTestClock } from '../support/clock.ts';
import { summarize, walk } from '../support/walk.ts';
import { absent, AMD64, APP, asked, GOOD, keepingLog, noAnswer, OTHER, SERVER_ERROR, sourceWith } from './scene.ts';

describe('the catalog', () => {
  test.each([
    ['a refusal', noAnswer('auth'), 'auth', 1],
    ['a certificate', noAnswer('tls'), 'tls', 1],
    ['a page of another kind', noAnswer('protocol'), 'protocol', 1],
    ['a 5xx', SERVER_ERROR, 'server_error', 4],
    ['a failed connection', noAnswer('connection'), 'connection', 4],
    ['silence', noAnswer('timeout'), 'timeout', 4],
    ['no catalog at all', absent('missing', 'GET answered 404'), 'protocol', 1],
  ])('that cannot be listed for %s is inaccessible, and nothing else is asked', async (_, answer, reason, times) => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = () => answer;

    const result = await walk(source);

    expect(result).toMatchObject({ catalogAccessible: false, complete: false, verdict: 'unknown', findings: [] });
    expect(result.unknowns).toMatchObject([{ repository: null, reference: '_catalog', reason }]);
    expect(asked(source).map((line) => line.replace(' again', ''))).toEqual(
      Array.from({ length: times }, () => ' tags _catalog'),
    );
  });

  test('that comes at the third try is a catalog', async () => {
    const clock = createTestClock();
    const source = sourceWith({ 'app:v1': GOOD });
    let tries = 0;
    source.intercept = ({ reference }) =>
      reference === '_catalog' && (tries += 1) < 3 ? noAnswer('connection') : undefined;

    const result = await walk(source, {}, { clock });

    expect(result.verdict).toBe('sound');
    expect(clock.sleeps).toEqual([2000, 2000]);
    expect(asked(source).slice(0, 3)).toEqual([' tags _catalog', ' tags _catalog again', ' tags _catalog again']);
  });

  test.each<[string, Partial<CatalogWalkOptions>, boolean]>([
    ['inaccessible', {}, false],
    ['an empty registry where that is allowed', { allowEmptyCatalog: true }, true],
    ['no matter where repositories are named', { include: ['app'] }, true],
  ])('that is empty is %s', async (_, options, accessible) => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ reference }) =>
      reference === '_catalog' ? ({ kind: 'found', value: [] } as never) : undefined;

    const result = await walk(source, options);

    expect([result.catalogAccessible, result.complete]).toEqual([accessible, accessible]);
    const details = result.unknowns.map(({ detail }) => detail.slice(0, 'empty_catalog'.length));
    expect(details).toEqual(accessible ? [] : ['empty_catalog']);
  });

  test('is joined with the repositories that it cannot show, each once', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'hidden:v1': APP });
    source.intercept = ({ reference }) =>
      reference === '_catalog' ? ({ kind: 'found', value: ['app', 'app'] } as never) : undefined;
    source.repository('hidden').blobs.delete(AMD64.config.digest);

    const { counts, findings } = await walk(source, { include: ['hidden', 'app'] });

    expect(counts).toMatchObject({ repositoriesListed: 2, repositories: 2 });
    expect(findings.map(summarize)).toEqual(['hidden:v1 config/missing linux/amd64']);
  });

  test('is not asked for where the repositories are a list', async () => {
    const source = sourceWith({ 'app:v1': APP, 'other:v1': GOOD });
    source.repository('app').blobs.delete(AMD64.config.digest);

    const { counts, verdict } = await walk(source, { catalog: 'list', include: ['app'] });

    expect([counts.repositoriesListed, verdict]).toEqual([1, 'broken']);
    expect(asked(source, { reference: '_catalog' })).toEqual([]);
    expect(asked(source, { repository: 'other' })).toEqual([]);
  });

  test('of a pull-through cache is all that is asked for', async () => {
    const source = sourceWith({ 'app:v1': APP, 'other:v1': GOOD });

    const result = await walk(source, { kind: 'pull-through' });

    expect(asked(source)).toEqual([' tags _catalog']);
    expect(result).toMatchObject({ complete: true, verdict: 'sound', counts: { repositoriesListed: 2, tags: 0 } });
    expect(result.counts.skipped.pull_through).toBe(2);
  });
});

describe('selection', () => {
  test('what is excluded is counted and not asked', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2-rc': OTHER, 'cache:v1': APP });

    const { counts } = await walk(source, { repositories: ['!cache'], tags: ['!*-rc'] });

    expect(counts).toMatchObject({ repositoriesListed: 2, repositories: 1, tagsListed: 2, tags: 1 });
    expect(counts.skipped.excluded).toBe(2);
    expect(asked(source, { repository: 'cache' })).toEqual([]);
    expect(asked(source, { reference: 'v2-rc' })).toEqual([]);
  });

  test('patterns that match nothing are warned of, and no others', async () => {
    const log = keepingLog();
    const source = sourceWith({ 'app:v1': GOOD });

    await walk(source, { repositories: ['app', '!typo'], tags: ['v*', 'w*'] }, { log });

    expect(log.lines).toEqual([
      'A repository pattern matches nothing {"pattern":"!typo"}',
      'A tag pattern matches nothing {"pattern":"w*"}',
    ]);
  });

  test('a pattern that is for a tag list that comes late is not warned of', async () => {
    const log = keepingLog();
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ reference, again }) => (reference === '_tags' && !again ? noAnswer('timeout') : undefined);

    await walk(source, { tags: ['v*'] }, { log });

    expect(log.lines).toEqual([]);
  });
});

describe('a tag list', () => {
  test.each([
    ['timeout', noAnswer('timeout')],
    ['server_error', SERVER_ERROR],
  ])('that does not come makes the walk incomplete, and the others are walked: %s', async (reason, answer) => {
    const source = sourceWith({ 'a:v1': GOOD, 'b:v1': APP, 'c:v1': OTHER });
    source.repository('c').blobs.delete(OTHER.config.digest);
    source.intercept = ({ repository, kind }) => (repository === 'b' && kind === 'tags' ? answer : undefined);

    const { complete, unknowns, findings, counts, verdict } = await walk(source);

    expect([complete, verdict]).toEqual([false, 'broken']);
    expect(unknowns).toMatchObject([{ repository: 'b', reference: '_tags', reason }]);
    expect(findings.map(summarize)).toEqual(['c:v1 config/missing']);
    expect(counts).toMatchObject({ repositoriesListed: 3, repositories: 2, unknown: { [reason]: 1 } });
  });

  test('that comes at the second try is walked, and what is broken in it is confirmed', async () => {
    const source = sourceWith({ 'a:v1': GOOD, 'b:v1': APP });
    source.repository('b').blobs.delete(AMD64.config.digest);
    source.intercept = ({ repository, reference, again }) =>
      repository === 'b' && reference === '_tags' && !again ? SERVER_ERROR : undefined;

    const { complete, findings, counts } = await walk(source);

    expect(complete).toBe(true);
    expect(findings).toMatchObject([{ repository: 'b', object: 'config', confirmations: 3 }]);
    expect(counts).toMatchObject({ repositories: 2, tags: 2, cleared: 0 });
  });

  test.each(['first', 'second'])(
    'of a repository that is listed and not known, told at the %s try, is empty',
    async (at) => {
      const source = sourceWith({ 'a:v1': GOOD, 'b:v1': APP, 'c:v1': APP });
      source.repository('c').tags.clear();
      source.intercept = ({ repository, reference, again }) => {
        if (repository !== 'b' || reference !== '_tags') return undefined;
        return at === 'first' || again ? absent('missing') : noAnswer('connection');
      };

      const { verdict, counts } = await walk(source);

      expect(verdict).toBe('sound');
      expect(counts).toMatchObject({ repositories: 3, repositoriesEmpty: 2, tags: 1 });
    },
  );
});

describe('a repository that is named', () => {
  const UNKNOWN = expect.stringMatching(
    /^unknown_repository: it is named in repositories.include, .*: gone; restore it, or take it out of /,
  ) as string;

  test.each<[string, Partial<CatalogWalkOptions>]>([
    ['by a list', { catalog: 'list', include: ['app', 'lost'] }],
    ['beside a catalog that does not show it', { include: ['lost'] }],
    ['beside an empty catalog that is allowed', { include: ['lost'], allowEmptyCatalog: true }],
  ])('%s and that the registry does not know is no empty one', async (_, options) => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ repository, kind }) =>
      repository === 'lost' && kind === 'tags' ? absent('missing') : undefined;

    const result = await walk(source, options);

    expect(result).toMatchObject({ complete: false, catalogAccessible: true, verdict: 'unknown', findings: [] });
    expect(result.unknowns).toEqual([{ repository: 'lost', reference: '_tags', reason: 'protocol', detail: UNKNOWN }]);
    expect(result.counts).toMatchObject({ repositories: 1, repositoriesEmpty: 0, unknown: { protocol: 1 } });
  });

  test('and that the catalog lists, too, is no empty one where the registry does not know it', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'half:v1': GOOD });
    source.intercept = ({ repository, kind }) =>
      repository === 'half' && kind === 'tags' ? absent('missing') : undefined;

    const result = await walk(source, { include: ['half'] });

    expect(result).toMatchObject({ complete: false, verdict: 'unknown', findings: [] });
    expect(result.unknowns).toEqual([{ repository: 'half', reference: '_tags', reason: 'protocol', detail: UNKNOWN }]);
    expect(result.counts).toMatchObject({ repositories: 1, repositoriesEmpty: 0 });
  });
});

describe('a list of repositories instead of a catalog', () => {
  const LIST: Partial<CatalogWalkOptions> = { catalog: 'list', include: ['app', 'web'] };

  test.each([
    ['is down', noAnswer('connection'), 'connection'],
    ['answers with errors', SERVER_ERROR, 'server_error'],
    ['has lost them all', absent('missing'), 'protocol'],
  ])('is inaccessible where the registry %s', async (_, answer, reason) => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': OTHER });
    source.intercept = () => answer;

    const result = await walk(source, LIST);

    expect(result).toMatchObject({ catalogAccessible: false, complete: false, verdict: 'unknown', findings: [] });
    expect(result.unknowns).toMatchObject([
      { repository: 'app', reference: '_tags', reason },
      { repository: 'web', reference: '_tags', reason },
    ]);
  });

  test('is accessible where one tag list comes, be it at the second try', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': OTHER });
    source.intercept = ({ repository, again }) => (repository === 'app' || !again ? noAnswer('timeout') : undefined);

    const result = await walk(source, LIST);

    expect(result).toMatchObject({ catalogAccessible: true, complete: false });
    expect(result.unknowns).toMatchObject([{ repository: 'app', reference: '_tags', reason: 'timeout' }]);
  });

  test.each([
    ['comes', undefined, true],
    ['does not come', noAnswer('connection'), false],
    ['is of nothing that is known', absent('missing'), false],
  ])('of which none takes part has one tag list asked for: it %s', async (_, answer, accessible) => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': OTHER });
    source.intercept = () => answer;

    const result = await walk(source, { ...LIST, repositories: ['!**'] });

    expect(result).toMatchObject({ catalogAccessible: accessible, complete: accessible, findings: [] });
    expect(result.unknowns).toMatchObject(accessible ? [] : [{ repository: 'app', reference: '_tags' }]);
    expect(result.counts).toMatchObject({ repositoriesListed: 2, repositories: 0, tagsListed: 0, tags: 0 });
    expect(asked(source, { again: false })).toEqual(['app tags _tags']);
  });
});
