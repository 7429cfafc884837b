import { describe, expect, test } from 'vitest';

import { Glob, PlatformName, RepositoryName } from '../../../src/config/schema/patterns.ts';

describe('Glob', () => {
  test.each(['*', 'team/**', '!team/scratch-*', 'v[0-9]*', '{a,b}/app', 'app?', '!*-rc'])('accepts %s', (glob) => {
    expect(Glob.safeParse(glob).success).toBe(true);
  });

  test.each(['', '!', '[a', 'a)', '{a', '[z-a]', 5, null])('refuses %j', (glob) => {
    expect(Glob.safeParse(glob).error?.issues.map(({ message }) => message)).toEqual([
      'expected a glob, such as team/** or !team/scratch-*',
    ]);
  });
});

describe('RepositoryName', () => {
  test.each(['app', 'team/app', 'team/3scale'])('accepts %s', (name) => {
    expect(RepositoryName.safeParse(name).success).toBe(true);
  });

  test.each(['', 'Team/app', 'team/*', '/app', 'registry.example.com:5000/app'])('refuses %j', (name) => {
    expect(RepositoryName.safeParse(name).success).toBe(false);
  });
});

describe('PlatformName', () => {
  test.each(['linux/amd64', 'linux/arm64/v8', 'windows/amd64'])('accepts %s', (name) => {
    expect(PlatformName.safeParse(name).success).toBe(true);
  });

  test.each(['', 'arm64', 'linux/', 'linux/arm64/v8/x', 'Linux/amd64', 'linux/*'])('refuses %j', (name) => {
    expect(PlatformName.safeParse(name).success).toBe(false);
  });
});
