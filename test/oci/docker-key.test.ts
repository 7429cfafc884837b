import { describe, expect, test } from 'vitest';

import { parseDockerKey } from '../../src/oci/docker-key.ts';

describe('a key of a Docker configuration', () => {
  test.each([
    ['registry.example.com', 'registry.example.com', ''],
    ['registry.example.com:5000', 'registry.example.com:5000', ''],
    ['registry.example.com/', 'registry.example.com', ''],
    ['registry.example.com/team', 'registry.example.com', '/team'],
    ['registry.example.com/team/app', 'registry.example.com', '/team/app'],
    ['https://registry.example.com', 'registry.example.com', ''],
    ['HTTPS://registry.example.com', 'registry.example.com', ''],
    ['https://registry.example.com/v1/', 'registry.example.com', ''],
    ['http://registry.example.com:5000/v2/', 'registry.example.com:5000', ''],
    ['https://registry.example.com/v2/team', 'registry.example.com', '/team'],
    ['https://registry.example.com/v1', 'registry.example.com', '/v1'],
    ['https://registry.example.com/v10/', 'registry.example.com', '/v10/'],
    ['https://registry.example.com/team?x=/y#z', 'registry.example.com', '/team'],
    ['https://index.docker.io/v1/', 'index.docker.io', ''],
    ['*.example.com/team', '*.example.com', '/team'],
    ['[::1]:5000/team', '[::1]:5000', '/team'],
    ['https://user@registry.example.com', 'registry.example.com', ''],
    ['https://registry.example.com@evil.example', 'evil.example', ''],
    ['registry.example.com:443@evil.example/registry.example.com', 'evil.example', '/registry.example.com'],
    ['evil.example/user@registry.example.com', 'evil.example', '/user@registry.example.com'],
    ['evil.example?@registry.example.com', 'evil.example', ''],
    ['evil.example#@registry.example.com', 'evil.example', ''],
  ])('%j is about the host %j and the part %j', (key, host, path) => {
    expect(parseDockerKey(key)).toEqual({ host, path });
  });

  test.each(['', '/', '/team', 'https://', 'https:///team', 'https://user@', '@', '?', '#'])(
    '%j is about no host',
    (key) => {
      expect(parseDockerKey(key)).toBeNull();
    },
  );
});
