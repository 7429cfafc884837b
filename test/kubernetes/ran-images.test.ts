import { describe, expect, test } from 'vitest';

import { ranDigests } from '../../src/kubernetes/ran-images.ts';
import { DIGEST, OTHER_DIGEST } from './objects.ts';

const PINNED = [{ name: 'web', image: `registry.example.com/app@${OTHER_DIGEST}` }];

describe('the digests that a pod ran', () => {
  test.each([
    ['a repository and a digest', `registry.example.com/app@${DIGEST}`],
    ['what docker says', `docker-pullable://registry.example.com/app@${DIGEST}`],
    ['a tag besides', `registry.example.com:5000/app:v1@${DIGEST}`],
    ['a digest alone', DIGEST],
    ['a digest alone, as docker says it', `docker://${DIGEST}`],
  ])('are read from %s', (_, imageID) => {
    expect(ranDigests([], { containerStatuses: [{ name: 'web', imageID }] })).toEqual([DIGEST]);
  });

  test.each([
    ['nothing yet', ''],
    ['no digest', 'registry.example.com/app:v1'],
    ['a digest that is cut', DIGEST.slice(0, -1)],
    ['a number', 7],
    ['null', null],
    ['a text that is longer than any reference', `${'x'.repeat(2_000)}@${DIGEST}`],
  ])('are none where it says %s', (_, imageID) => {
    expect(ranDigests([], { containerStatuses: [{ name: 'web', imageID }] })).toEqual([]);
  });

  test('are those of init and ephemeral containers, too, each once', () => {
    const at = (digest: string) => [{ name: 'x', imageID: `app@${digest}` }, null];

    const ran = ranDigests([null], {
      containerStatuses: at(DIGEST),
      initContainerStatuses: at(OTHER_DIGEST),
      ephemeralContainerStatuses: at(DIGEST),
    });

    expect(ran).toEqual([DIGEST, OTHER_DIGEST]);
  });

  test.each([
    ['runs', { running: {} }],
    ['has ended', { terminated: {} }],
  ])('are also the one by which it is named, where it %s: an imageID may be that of a platform', (_, state) => {
    const status = { containerStatuses: [{ name: 'web', imageID: `app@${DIGEST}`, state }] };

    expect(ranDigests(PINNED, status)).toEqual([DIGEST, OTHER_DIGEST]);
  });

  test.each([
    ['an image is waited for', { imageID: '', state: { waiting: { reason: 'ImagePullBackOff' } } }, []],
    ['another image was run before', { imageID: `app@${DIGEST}`, state: { waiting: {} } }, [DIGEST]],
    ['it is another container', { name: 'other', imageID: `app@${DIGEST}`, state: { running: {} } }, [DIGEST]],
  ])('are not the one by which it is named, where %s', (_, status, expected) => {
    expect(ranDigests(PINNED, { containerStatuses: [{ name: 'web', ...status }] })).toEqual(expected);
  });

  test.each([[null], [undefined], [{}], [{ containerStatuses: null }]])(
    'are none where nothing is said: %j',
    (status) => {
      expect(ranDigests([], status)).toEqual([]);
    },
  );
});
