import { describe, expect, test } from 'vitest';

import { loginOfPullSecret } from '../../src/cli/pull-secret-login.ts';
import { keepLog, type KeptLog } from './kept-log.ts';

const ADDRESS = new URL('http://10.0.0.5:5000');
const ALIAS = new URL('https://registry.example.com');

/** Who asks for each of the things, where the user of an entry has the name that it is given here. */
function users(
  entries: Readonly<Record<string, string>>,
  asked: readonly (string | null)[],
  log: KeptLog = keepLog(),
): readonly (string | null)[] {
  const auths = Object.fromEntries(
    Object.entries(entries).map(([key, user]) => [key, { auth: Buffer.from(user).toString('base64') }]),
  );
  const credentialsOf = loginOfPullSecret(JSON.stringify({ auths }), 'pull', [ADDRESS, ALIAS], { log });
  return asked.map((one) => {
    const credentials = credentialsOf(one);
    return credentials.kind === 'basic' ? credentials.username : null;
  });
}

describe('the login of a pull secret', () => {
  test('is that of the longest path that a repository is in, and that of none outside of them', () => {
    const entries = {
      'registry.example.com/team': 'team:x',
      'registry.example.com/team/app': 'app:x',
      'other.example.com': 'other:x',
    };

    expect(users(entries, ['team/app', 'team/tool', 'else'])).toEqual(['app', 'team', null]);
  });

  test('is for the registry itself the one without a path, or else any of the registry', () => {
    const part = { '*.example.com/team': 'part:x' };

    expect(users({ ...part, '*.example.com': 'whole:x' }, [null, 'team/app', 'else'])).toEqual([
      'whole',
      'part',
      'whole',
    ]);
    expect(users(part, [null, 'team/app', 'else'])).toEqual(['part', 'part', null]);
    expect(users({ 'other.example.com': 'other:x', '*.b.example.com': 'other:x' }, [null, 'team/app'])).toEqual([
      null,
      null,
    ]);
  });

  test('is first what is filed under the address that is asked', () => {
    const entries = { 'registry.example.com/team': 'alias:x', '10.0.0.5:5000': 'own:x' };

    expect(users(entries, [null, 'team/app'])).toEqual(['own', 'own']);
  });

  test('does not suffer from another entry that cannot be read, which is one warning without its text', () => {
    const log = keepLog();
    const entries = { 'registry.example.com/team': 'hunter2', 'registry.example.com': 'robot:x' };

    expect(users(entries, [null, 'team/app', 'team/app'], log)).toEqual(['robot', 'robot', 'robot']);
    expect(log.lines).toEqual([
      {
        level: 'warn',
        host: '10.0.0.5:5000',
        name: 'pull',
        detail: expect.stringContaining('the entry of registry.example.com in'),
        message: 'The pull secret cannot be used',
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('hunter2');
  });
});
