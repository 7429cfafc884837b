import { describe, expect, test } from 'vitest';

import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import { expectationOf } from '../../src/walk/tag-list.ts';
import { walk } from '../support/walk.ts';
import { absent, GOOD, sourceWith } from './scene.ts';

/** `lost` is in the catalog, and the registry does not know it. */
function withLost() {
  const source = sourceWith({ 'app:v1': GOOD, 'lost:v1': GOOD });
  source.intercept = ({ repository }) =>
    repository === 'lost' ? absent('missing', 'GET answered 404 NAME_UNKNOWN') : undefined;
  return source;
}

const expecting: readonly [string, Partial<CatalogWalkOptions>, string, string][] = [
  ['is named', { include: ['lost'] }, 'it is named in repositories.include', 'take it out of repositories.include'],
  ['a workload uses', { usedTags: new Map([['lost', ['v1']]]) }, 'a workload uses it', "'!lost' in repositories.match"],
  ['had tags before', { seenWithTags: new Set(['lost']) }, 'an earlier run saw tags in it', "'!lost' in repositories"],
];

describe('a repository that is listed and not known', () => {
  test('is empty where nobody expects it to have tags', async () => {
    const others = { include: ['app'], usedTags: new Map([['app', ['v1']]]), seenWithTags: new Set(['app']) };

    const result = await walk(withLost(), others);

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { repositoriesEmpty: 1 } });
  });

  test.each(expecting)('and that %s is unknown, with the way out of it', async (_, options, why, end) => {
    const result = await walk(withLost(), options);

    const { counts, unknowns } = result;
    expect(result).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expect(counts).toMatchObject({ repositoriesEmpty: 0, repositories: 1, unknown: { protocol: 1 } });
    expect(unknowns).toMatchObject([{ repository: 'lost', reference: '_tags', reason: 'protocol' }]);
    const said = `unknown_repository: ${why}, and the registry does not know it: GET answered 404 NAME_UNKNOWN`;
    expect(unknowns[0]?.detail).toContain(said);
    expect(unknowns[0]?.detail).toContain('restore it, or');
    expect(unknowns[0]?.detail).toContain(end);
  });

  test.each(expecting)('and that %s is none of it where it is not selected', async (_, options) => {
    const result = await walk(withLost(), { ...options, repositories: ['!lost'] });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, unknowns: [] });
  });

  test('is none of it where workloads name digests alone, and what they name is looked at', async () => {
    const { digest } = GOOD.manifest;
    const source = sourceWith({ 'app:v1': GOOD });
    source.put('lost', null, GOOD);
    source.intercept = ({ kind, repository }) =>
      kind === 'tags' && repository === 'lost' ? absent('missing', 'GET answered 404 NAME_UNKNOWN') : undefined;

    const result = await walk(source, { inUse: new Set(['lost']), pinned: new Map([['lost', [digest]]]) });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { repositoriesEmpty: 1, manifests: 2 } });
  });

  test('is found after all where its list comes again', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'lost:v1': GOOD });
    source.intercept = ({ repository, again }) => (repository === 'lost' && !again ? absent() : undefined);

    expect(await walk(source, { usedTags: new Map([['lost', ['v1']]]) })).toMatchObject({
      verdict: 'sound',
      counts: { tags: 2 },
    });
  });
});

test('a repository that has left the catalog is forgotten, whoever used it', async () => {
  const source = sourceWith({ 'app:v1': GOOD });
  const gone = new Set(['gone']);

  const result = await walk(source, { usedTags: new Map([['gone', ['v1']]]), seenWithTags: gone });

  expect(result).toMatchObject({ verdict: 'sound', complete: true });
  expect(source.questions.map(({ repository }) => repository)).not.toContain('gone');
});

test('what was named comes before what was seen', () => {
  const all = new Set(['app']);
  const used = new Map([['app', ['v1']]]);

  expect(expectationOf('app', { include: ['app'], usedTags: used, seenWithTags: all })?.why).toContain('include');
  expect(expectationOf('app', { include: [], usedTags: used, seenWithTags: all })?.why).toContain('workload');
  expect(expectationOf('app', { include: [] })).toBeNull();
});
