import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { cacheRoot } from './cache.ts';

test.each([
  ['the home of the user', {}, '/home/user/.cache/registry-integrity-probe'],
  ['the cache folder of the user', { XDG_CACHE_HOME: '/var/tmp/user' }, '/var/tmp/user/registry-integrity-probe'],
  [
    'the home, where the cache folder is relative',
    { XDG_CACHE_HOME: 'x' },
    '/home/user/.cache/registry-integrity-probe',
  ],
  ['the home, where the cache folder is empty', { XDG_CACHE_HOME: '' }, '/home/user/.cache/registry-integrity-probe'],
  [
    'the folder that is named for it',
    { XDG_CACHE_HOME: '/var/tmp/user', REGISTRY_INTEGRITY_PROBE_CACHE: '/srv/programs' },
    '/srv/programs',
  ],
  ['the folder that is named from here', { REGISTRY_INTEGRITY_PROBE_CACHE: 'programs' }, resolve('programs')],
])('built programs are kept in %s', (_, env, expected) => {
  expect(cacheRoot(env, '/home/user')).toBe(expected);
});
