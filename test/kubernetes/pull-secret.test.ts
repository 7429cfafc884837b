import { describe, expect, test } from 'vitest';

import { dockerConfigOf } from '../../src/kubernetes/pull-secret.ts';

const LOGIN = { 'registry.example.com': { username: 'robot', password: 'hunter2' } };

function base64(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.from(text).toString('base64');
}

describe('a pull secret', () => {
  test.each([
    ['kubernetes.io/dockerconfigjson', '.dockerconfigjson', { auths: LOGIN }],
    ['kubernetes.io/dockercfg', '.dockercfg', LOGIN],
  ])('of type %s is a Docker configuration', (type, key, content) => {
    const answer = dockerConfigOf({ type, data: { [key]: base64(content) } });

    expect(answer).toEqual({ kind: 'done', value: JSON.stringify({ auths: LOGIN }) });
  });

  test('names no program to run', () => {
    const content = { auths: LOGIN, credsStore: 'evil', credHelpers: { 'registry.example.com': 'evil' } };

    const answer = dockerConfigOf({
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': base64(content) },
    });

    expect(answer).toEqual({ kind: 'done', value: JSON.stringify({ auths: LOGIN }) });
  });

  test.each([
    ['another type', 'Opaque', {}, 'it is of type Opaque; expected kubernetes.io/dockerconfigjson or'],
    ['no key', 'kubernetes.io/dockerconfigjson', {}, 'its .dockerconfigjson holds no logins'],
    ['no JSON', 'kubernetes.io/dockercfg', { '.dockercfg': base64('hunter2') }, 'its .dockercfg holds no logins'],
    ['a list', 'kubernetes.io/dockercfg', { '.dockercfg': base64([]) }, 'its .dockercfg holds no logins'],
    ['no auths', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64({}) }, 'holds no logins'],
  ])('with %s is refused without quoting it', (_, type, data, detail) => {
    const answer = dockerConfigOf({ type, data });

    expect(answer).toMatchObject({ kind: 'failed', detail: expect.stringContaining(detail) });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});
