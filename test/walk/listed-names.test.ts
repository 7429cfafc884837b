import { describe, expect, test } from 'vitest';

import { createListedNames } from '../../src/walk/listed-names.ts';
import { shardOf } from '../../src/walk/shard.ts';
import { createTally } from '../../src/walk/tally.ts';
import { walk } from '../support/walk.ts';
import { GOOD, keepingLog, sourceWith } from './scene.ts';

const NO_REPOSITORIES = ['', '@eaDir', 'app (copy)', 'App', '../admin', 'a//b', 'a/', 'x'.repeat(256), 'a\nb', '.git'];
const NO_TAGS = ['', '@eaDir', 'v1 (copy)', 'a/b', '../v1', '.hidden', 'x'.repeat(129), 'ümlaut'];

function names(isCounted: (name: string) => boolean = () => true) {
  const tally = createTally();
  return { tally, listed: createListedNames(tally, isCounted) };
}

describe('names that no client can form', () => {
  test.each(NO_REPOSITORIES)('%j is no repository', (name) => {
    const { tally, listed } = names();

    expect(listed.repositories(['app', name])).toEqual(['app']);
    expect(tally.counts([]).skipped.invalid_name).toBe(1);
  });

  test.each(NO_TAGS)('%j is no tag', (name) => {
    const { tally, listed } = names();

    expect(listed.tags('app', [name, 'v1'])).toEqual(['v1']);
    expect(tally.counts([]).skipped.invalid_name).toBe(1);
  });

  test('are told in one line, whatever they are and however many', () => {
    const { listed } = names();
    const log = keepingLog();

    listed.repositories(['@eaDir', 'X'.repeat(5000)]);
    for (const repository of ['a', 'b', 'c', 'd']) listed.tags(repository, ['@eaDir']);
    listed.tell(log);

    const told = ['@eaDir', 'X'.repeat(80), 'a:@eaDir', 'b:@eaDir', 'c:@eaDir'];
    const fields = JSON.stringify({ names: told, all: 6 });
    expect(log.lines).toEqual([`The registry lists names that no client can ask for: left out ${fields}`]);
  });

  test('are not told where there are none', () => {
    const { listed } = names();
    const log = keepingLog();

    listed.repositories(['app']);
    listed.tell(log);

    expect(log.lines).toEqual([]);
  });

  test('are counted by the walk that they belong to', () => {
    const { tally, listed } = names((name) => name === 'A');

    expect(listed.repositories(['A', 'B', 'c'])).toEqual(['c']);
    expect(tally.counts([]).skipped.invalid_name).toBe(1);
  });
});

describe('a walk over a registry that lists such names', () => {
  test('is complete, walks the rest, and says so once', async () => {
    const source = sourceWith({ 'app:v1': GOOD, '@eaDir:v1': GOOD, ':v1': GOOD });
    source.repository('app').tags.set('v1 (copy)', GOOD.manifest.digest);
    const log = keepingLog();

    const result = await walk(source, {}, { log });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, unknowns: [] });
    const { repositoriesListed, tagsListed, tags, skipped } = result.counts;
    expect([repositoriesListed, tagsListed, tags, skipped.invalid_name]).toEqual([1, 1, 1, 3]);
    expect(source.questions.map(({ repository }) => repository)).not.toContain('@eaDir');
    expect(source.questions.map(({ reference }) => reference)).not.toContain('v1 (copy)');
    expect(log.lines).toHaveLength(1);
  });

  test('is over no registry where it lists nothing else', async () => {
    const result = await walk(sourceWith({ '@eaDir:v1': GOOD }));

    expect(result).toMatchObject({ catalogAccessible: false, unknowns: [{ reference: '_catalog' }] });
    expect(result.unknowns[0]?.detail).toContain('empty_catalog');
  });

  test('counts each name in one shard alone', async () => {
    const strange = Array.from({ length: 9 }, (_, number) => `Strange-${number}`);
    const content = Object.fromEntries([...strange, 'app'].map((name) => [`${name}:v1`, GOOD]));
    const expected = [0, 1, 2].map((index) => strange.filter((name) => shardOf(name, 3) === index).length);

    const counted: number[] = [];
    for (const index of [0, 1, 2]) {
      const { counts } = await walk(sourceWith(content), { shard: { index, count: 3 } });
      counted.push(counts.skipped.invalid_name);
    }

    expect(counted).toEqual(expected);
  });
});
