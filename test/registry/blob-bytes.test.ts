import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { single } from '../support/reg-fixture.ts';
import { FIRST, openScene, type SceneOptions } from './scene.ts';

const { config } = single.content;

async function read(action: FaultAction | null, options: SceneOptions = {}) {
  const { source, registry, fail } = await openScene(options);
  registry.store.put('single', 'v1', single.content);
  if (action !== null) fail(action);
  return source.blobBytes('single', config, FIRST);
}

describe('readBlob', () => {
  test('brings the bytes that the digest names', async () => {
    expect(await read(null)).toEqual({ kind: 'found', value: Buffer.from(config.bytes) });
  });

  test.each<[string, FaultAction, object]>([
    ['a 404', { kind: 'status', status: 404 }, { fault: 'missing' }],
    ['other bytes of the length', { kind: 'body', body: new Uint8Array(config.size) }, { fault: 'digest_mismatch' }],
    ['fewer bytes', { kind: 'body', body: '{}' }, { fault: 'size_mismatch' }],
    ['a cut body', { kind: 'cut', bytes: 5 }, { fault: 'unreadable' }],
    ['a closed connection', { kind: 'drop' }, { reason: 'connection' }],
    ['content that is not encoded as it says', said('gzip'), { fault: 'unreadable' }],
    ['content that is encoded as nodes do not decode it', said('br'), { fault: 'unreadable' }],
    [
      'more than a config has, without saying so',
      { kind: 'body', body: new Uint8Array(9 * 1024 * 1024), headers: { 'content-length': null } },
      { reason: 'protocol' },
    ],
  ])('%s', async (_, action, expected) => {
    expect(await read(action)).toMatchObject(expected);
  });

  test('a body that stops coming', async () => {
    expect(await read({ kind: 'stall', bytes: 5 }, { impatient: true })).toMatchObject({ reason: 'timeout' });
  });
});

function said(encoding: string): FaultAction {
  return { kind: 'headers', headers: { 'content-encoding': encoding } };
}
