import { describe, expect, test } from 'vitest';

import type { Credentials, CredentialsOf } from '../../../src/registry/auth/credentials.ts';
import { BASIC, setUp, SIGNAL } from './authorizer-scene.ts';

const LOGINS: Readonly<Record<string, Credentials>> = {
  'team/app': { kind: 'basic', username: 'app', password: 'x' },
  tool: { kind: 'basic', username: 'tool', password: 'x' },
  token: { kind: 'registry-token', token: 'opaque' },
};

const credentialsOf: CredentialsOf = (repository) => LOGINS[repository ?? ''] ?? { kind: 'none' };

/** The Basic header of one of the users. */
function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:x`).toString('base64')}`;
}

describe('a registry with logins for single repositories', () => {
  test('is asked as whoever the repository is for, and without a login where there is none', async () => {
    const accepts = (text: string) => text.startsWith('Basic ');
    const { authorizer, registry } = setUp({ header: BASIC, accepts, credentialsOf });

    await authorizer.send('repository:team/app:pull', SIGNAL, registry.attempt);
    await authorizer.send('repository:tool:pull', SIGNAL, registry.attempt);
    const other = await authorizer.send('repository:other:pull', SIGNAL, registry.attempt);
    const catalog = await authorizer.send('registry:catalog:*', SIGNAL, registry.attempt);

    expect(registry.heard.filter((heard) => heard !== undefined)).toEqual([basic('app'), basic('tool')]);
    expect([other, catalog]).toMatchObject([{ reason: 'auth' }, { reason: 'auth' }]);
  });

  test('has its tokens fetched by whoever the repository is for', async () => {
    const accepts = (text: string) => text.startsWith('Bearer ');
    const { authorizer, registry, service } = setUp({ accepts, credentialsOf });

    for (const repository of ['team/app', 'tool', 'other', 'token', 'team/app']) {
      await authorizer.send(`repository:${repository}:pull`, SIGNAL, registry.attempt);
    }

    expect(service.requests.map(({ headers }) => headers?.['authorization'])).toEqual([
      basic('app'),
      basic('tool'),
      undefined,
    ]);
    expect(registry.heard).toEqual([undefined, 'Bearer t1', 'Bearer t2', 'Bearer t3', 'Bearer opaque', 'Bearer t1']);
  });

  test('does not show the token of one repository to another', async () => {
    const accepts = (text: string) => text.startsWith('Bearer ');
    const { authorizer, registry } = setUp({ accepts, credentialsOf });

    await authorizer.send('repository:token:pull', SIGNAL, registry.attempt);
    await authorizer.send('repository:tool:pull', SIGNAL, registry.attempt);

    expect(registry.heard).toEqual([undefined, 'Bearer opaque', undefined, 'Bearer t1']);
  });
});
