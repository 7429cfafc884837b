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
    ['a text', 'hunter2'],
    ['a numeric password', { username: 'robot', password: 12_345 }],
    ['nothing', null],
  ])('keeps its logins where the entry of another host is %s', (_, entry) => {
    const auths = { 'other.example.com': entry, ...LOGIN };

    const answer = dockerConfigOf({
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': base64({ auths }) },
    });

    expect(answer).toEqual({ kind: 'done', value: JSON.stringify({ auths: LOGIN }) });
  });

  test('whose key is no text is refused', () => {
    const data = { '.dockercfg': 5 } as unknown as Readonly<Record<string, string>>;

    const answer = dockerConfigOf({ type: 'kubernetes.io/dockercfg', data });

    expect(answer).toMatchObject({ kind: 'failed', detail: 'its .dockercfg holds no logins' });
  });

  test.each([
    ['another type', 'Opaque', {}, 'it is of type Opaque; expected kubernetes.io/dockerconfigjson or'],
    ['no key', 'kubernetes.io/dockerconfigjson', {}, 'its .dockerconfigjson holds no logins'],
    ['no JSON', 'kubernetes.io/dockercfg', { '.dockercfg': base64('hunter2') }, 'its .dockercfg holds no logins'],
    ['a list', 'kubernetes.io/dockercfg', { '.dockercfg': base64([]) }, 'its .dockercfg holds no logins'],
    ['bad logins alone', 'kubernetes.io/dockercfg', { '.dockercfg': base64({ a: 'hunter2' }) }, 'no login in its'],
    ['no auths', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64({}) }, 'holds no logins'],
  ])('with %s is refused without quoting it', (_, type, data, detail) => {
    const answer = dockerConfigOf({ type, data });

    expect(answer).toMatchObject({ kind: 'failed', detail: expect.stringContaining(detail) });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});
