import { describe, expect, test } from 'vitest';

import { recheckCommand } from '../../src/report/recheck.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { CHILD, finding, INDEX, observed } from './samples.ts';

describe('recheckCommand', () => {
  test.each<[string, Partial<Finding>, string, string | null]>([
    ['by tag', {}, 'https://registry.example.com', 'registry.example.com/team/app:v1'],
    [
      'as closely as what it cannot be unpacked for was looked at',
      { object: 'config', fault: 'not_unpackable' },
      'https://registry.example.com',
      '--blob-check unpack registry.example.com/team/app:v1',
    ],
    [
      'for all of the bytes where one of them is wrong',
      { object: 'layer', fault: 'digest_mismatch' },
      'https://registry.example.com',
      '--blob-check full registry.example.com/team/app:v1',
    ],
    [
      'for all of the bytes where they break off on the way',
      { object: 'config', fault: 'unreadable', observed: observed({ status: 200, bytes: 7 }) },
      'https://registry.example.com',
      '--blob-check full registry.example.com/team/app:v1',
    ],
    [
      'as always for a manifest with wrong bytes',
      { object: 'child', fault: 'digest_mismatch' },
      'https://registry.example.com',
      'registry.example.com/team/app:v1',
    ],
    ['a host without a dot, by its port', {}, 'https://registry', 'registry:443/team/app:v1'],
    ['such a host over plain HTTP', {}, 'http://registry/', '--insecure registry:80/team/app:v1'],
    ['an address of IPv6', {}, 'https://[2001:db8::1]', "'[2001:db8::1]/team/app:v1'"],
    [
      'such an address below a path',
      {},
      'https://[::1]:5000/a',
      "--registry-url 'https://[::1]:5000/a' '[::1]:5000/team/app:v1'",
    ],
    [
      'below a path',
      {},
      'https://registry.example.com/api/docker-local/',
      '--registry-url https://registry.example.com/api/docker-local/ registry.example.com/team/app:v1',
    ],
    [
      'below a path over plain HTTP',
      {},
      'http://registry/a',
      '--registry-url http://registry/a registry:80/team/app:v1',
    ],
    ['not at all below a path that a shell would act on', {}, 'https://registry.example.com/$(id)', null],
    ['not at all for a host that no reference can have', {}, 'https://my_registry:5000', null],
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
