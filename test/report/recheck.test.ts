import { describe, expect, test } from 'vitest';

import { recheckCommand } from '../../src/report/recheck.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { CHILD, finding, INDEX } from './samples.ts';

describe('recheckCommand', () => {
  test.each<[string, Partial<Finding>, string, string | null]>([
    ['by tag', {}, 'https://registry.example.com', 'registry.example.com/team/app:v1'],
    [
      'as closely as what it cannot be unpacked for was looked at',
      { object: 'config', fault: 'not_unpackable' },
      'https://registry.example.com',
      '--blob-check unpack registry.example.com/team/app:v1',
    ],
    ['with a port', {}, 'https://registry.example.com:5000/', 'registry.example.com:5000/team/app:v1'],
    [
      'by digest where no tag reaches it',
      { tags: [] },
      'https://registry.example.com',
      `registry.example.com/team/app@${INDEX}`,
    ],
    [
      'by its own digest where there is no path',
      { tags: [], path: [] },
      'https://registry.example.com',
      `registry.example.com/team/app@${CHILD}`,
    ],
    ['over plain HTTP on a loopback host', {}, 'http://127.0.0.1:5000', '127.0.0.1:5000/team/app:v1'],
    ['over plain HTTP on localhost', {}, 'http://localhost:5000', 'localhost:5000/team/app:v1'],
    ['over plain HTTP on a name of this machine', {}, 'http://reg.localhost:5000', 'reg.localhost:5000/team/app:v1'],
    [
      'over plain HTTP on a host that begins alike',
      {},
      'http://127.evil.example',
      '--insecure 127.evil.example/team/app:v1',
    ],
    ['over plain HTTP elsewhere', {}, 'http://registry.example.com', '--insecure registry.example.com/team/app:v1'],
    [
      'with the first tag that is fit for a shell',
      { tags: ['$(id)', 'v2'] },
      'https://registry.example.com',
      'registry.example.com/team/app:v2',
    ],
    [
      'with the platforms that it must have',
      { object: 'manifest', fault: 'platform_missing', platforms: ['linux/arm64', 'linux/s390x'] },
      'https://registry.example.com',
      '--platform linux/arm64 --platform linux/s390x registry.example.com/team/app:v1',
    ],
    ['not at all for a hostile tag', { tags: ['v1; rm -rf /'] }, 'https://registry.example.com', null],
    ['not at all for a hostile repository', { repository: 'a`id`' }, 'https://registry.example.com', null],
    ['not at all for a hostile digest', { tags: [], path: ['sha256:$(id)'] }, 'https://registry.example.com', null],
    ['not at all for storage on disk', {}, 'file:///var/lib/registry', null],
    ['not at all for a directory', {}, '/var/lib/registry', null],
  ])('asks %s', (_case, overrides, url, reference) => {
    const command = recheckCommand(finding(overrides), url);

    expect(command).toBe(reference === null ? null : `registry-integrity-probe verify ${reference}`);
  });
});
