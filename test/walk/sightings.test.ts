import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { createSightings } from '../../src/walk/sightings.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('createSightings', () => {
  test('tells in which of the listed repositories a digest was seen', () => {
    const sightings = createSightings();
    sightings.saw('team/app', digestOf('a'));
    sightings.saw('team/web', digestOf('a'));
    sightings.saw('team/web', digestOf('b'));

    const places = sightings.places([digestOf('a'), digestOf('c')], ['team/app', 'team/db', 'team/web']);

    expect(places.get(digestOf('a'))?.toSorted()).toEqual(['team/app', 'team/web']);
    expect(places.get(digestOf('c'))).toEqual([]);
    expect(sightings.places([digestOf('a')], ['team/web']).get(digestOf('a'))).toEqual(['team/web']);
  });

  test('finds what it took in before it grew, whatever the algorithm', () => {
    const sightings = createSightings();
    const names = Array.from({ length: 200 }, (_, index) => `team/app-${index}`);
    const digests = Array.from({ length: 20_000 }, (_, index) => digestOf(String(index)));
    for (const [index, digest] of digests.entries()) sightings.saw(names[index % names.length] ?? '', digest);
    const long = `sha512:${'0'.repeat(128)}`;
    sightings.saw('team/app-7', long);

    const places = sightings.places([...digests, long], names);

    const found = digests.filter((digest, index) => places.get(digest)?.includes(names[index % names.length] ?? ''));
    // A few have had to make room: it is a hint.
    expect(found.length).toBeGreaterThan(19_600);
    expect(places.get(long)).toContain('team/app-7');
  });

  test('gives a layer that every image shares no more room than two others', () => {
    const sightings = createSightings();
    const names = Array.from({ length: 1000 }, (_, index) => `team/app-${index}`);
    for (const name of names) sightings.saw(name, digestOf('base'));

    expect(sightings.places([digestOf('base')], names).get(digestOf('base'))).toHaveLength(2);
  });
});
