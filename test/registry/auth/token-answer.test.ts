import { describe, expect, test } from 'vitest';

import type { HttpFailure, HttpResponse } from '../../../src/http/exchange.ts';
import { readTokenAnswer } from '../../../src/registry/auth/token-answer.ts';
import { fail, respond } from './scripted-transport.ts';

const URL_ASKED = new URL('https://auth.example.com/token?service=r&scope=s');
const QUESTION = { realm: new URL('https://auth.example.com/token'), scopes: ['repository:a:pull'], anonymous: false };
const NOW = Date.UTC(2026, 0, 1, 12);
const SECOND = 1_000;
const ELAPSED = 5 * SECOND;
const CLOCK = { now: () => NOW, elapsed: () => ELAPSED };

describe('readTokenAnswer', () => {
  test('names the way out for where a redirect led, and not for who sent it', () => {
    const distrusted = new URL('http://login.example.com/token');
    const failure: HttpFailure = { kind: 'failure', failure: 'redirect', detail: 'no', url: URL_ASKED, distrusted };
    const limitOf = ({ host }: URL) => `trust ${host}`;

    const answer = readTokenAnswer(failure, { ...QUESTION, limitOf }, CLOCK);

    expect(answer).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/; trust login\.example\.com$/) });
  });

  test.each<[string, unknown, string]>([
    ['token', { token: 't1' }, 't1'],
    ['access_token', { access_token: 't2' }, 't2'],
    ['both', { token: 't1', access_token: 't2' }, 't1'],
    ['an empty token beside an access_token', { token: '', access_token: 't2' }, 't2'],
    ['nonsense beside it', { token: 't1', expires_in: {}, issued_at: 5, refresh_token: [], scope: null }, 't1'],
    ['a token that is no string beside an access_token', { token: 5, access_token: 't2' }, 't2'],
  ])('takes %s', (_, body, value) => {
    const answer = readTokenAnswer(respond(URL_ASKED, { body }), QUESTION, CLOCK);

    expect(answer).toMatchObject({ kind: 'token', value });
  });

  test.each<[string, object, number]>([
    ['no lifetime is one minute, less a tenth', {}, 54 * SECOND],
    ['five minutes, less ten seconds', { expires_in: 300 }, 290 * SECOND],
    ['thirty seconds, less a tenth', { expires_in: 30 }, 27 * SECOND],
    ['a lifetime as text', { expires_in: '300' }, 290 * SECOND],
    ['zero is one minute', { expires_in: 0 }, 54 * SECOND],
    ['a negative lifetime is one minute', { expires_in: -5 }, 54 * SECOND],
    ['a lifetime that is no number is one minute', { expires_in: 'soon' }, 54 * SECOND],
    ['a fraction of a second is one second', { expires_in: 0.1 }, SECOND],
    ['issued a minute ago', { expires_in: 300, issued_at: '2026-01-01T11:59:00Z' }, 230 * SECOND],
    ['issued almost a lifetime ago', { expires_in: 300, issued_at: '2026-01-01T11:55:01Z' }, SECOND],
    [
      'issued longer than a lifetime ago, by another clock',
      { expires_in: 300, issued_at: '2026-01-01T10:00:00Z' },
      290 * SECOND,
    ],
    ['issued in the future, by another clock', { expires_in: 300, issued_at: '2026-01-01T13:00:00Z' }, 290 * SECOND],
    ['issued at no time', { expires_in: 300, issued_at: 'yesterday' }, 290 * SECOND],
  ])('a token is used until shortly before its end: %s', (_, fields, expected) => {
    const answer = readTokenAnswer(respond(URL_ASKED, { body: { token: 't', ...fields } }), QUESTION, CLOCK);

    expect(answer).toEqual({ kind: 'token', value: 't', refreshAt: ELAPSED + expected });
  });

  const realm = 'https://auth.example.com/token';
  test.each<[string, Partial<Omit<HttpResponse, 'kind' | 'url' | 'body'>> & { body?: unknown }, string, string]>([
    [
      '401',
      { status: 401 },
      'auth',
      `the token service ${realm} answered 401 to these credentials for repository:a:pull`,
    ],
    [
      '403',
      { status: 403 },
      'auth',
      `the token service ${realm} answered 403 to these credentials for repository:a:pull`,
    ],
    ['429', { status: 429 }, 'rate_limited', `the token service ${realm} answered 429`],
    ['500', { status: 500 }, 'server_error', `the token service ${realm} answered 500`],
    ['503', { status: 503 }, 'server_error', `the token service ${realm} answered 503`],
    ['404', { status: 404 }, 'protocol', `the token service ${realm} answered 404`],
    ['302', { status: 302 }, 'protocol', `the token service ${realm} answered 302`],
    ['HTML', { body: '<html>' }, 'protocol', `the token service ${realm} answered 200 without a token`],
    ['nothing', {}, 'protocol', `the token service ${realm} answered 200 without a token`],
    ['null', { body: null }, 'protocol', `the token service ${realm} answered 200 without a token`],
    ['a list', { body: ['t'] }, 'protocol', `the token service ${realm} answered 200 without a token`],
    [
      'empty tokens',
      { body: { token: '', access_token: '' } },
      'protocol',
      `the token service ${realm} answered 200 without a token`,
    ],
    [
      'a token that forges a header',
      { body: { token: 'a\r\nX: y' } },
      'protocol',
      `the token service ${realm} gave a token that no header can carry`,
    ],
    [
      'a token that is not ASCII',
      { body: { token: 'ä' } },
      'protocol',
      `the token service ${realm} gave a token that no header can carry`,
    ],
    [
      'too much',
      { end: 'limit', body: '{' },
      'protocol',
      `body_too_large: the token service ${realm} answered 200 with more than 1048576 bytes`,
    ],
    [
      'an encoding of its own',
      { headers: { 'content-encoding': 'br' }, coding: { names: ['br'], decoded: null, forNodes: false } },
      'protocol',
      `the token service ${realm} answered 200 encoded as br, which nobody asked for`,
    ],
    [
      'less than announced',
      { end: 'cut', body: '{' },
      'auth',
      `realm_unreachable: ${realm}: its answer did not come to an end (cut)`,
    ],
    [
      'a body that never ends',
      { end: 'timeout', body: '{' },
      'auth',
      `realm_unreachable: ${realm}: its answer did not come to an end (timeout)`,
    ],
    ['a body that we gave up', { end: 'aborted' }, 'deadline', `no time left to hear the token service ${realm}`],
  ])('an answer of %s is no token', (_, answer, reason, detail) => {
    const read = readTokenAnswer(respond(URL_ASKED, answer), QUESTION, CLOCK);

    expect(read).toEqual({ kind: 'unknown', reason, detail });
  });

  test.each<[HttpFailure['failure'], string, string]>([
    ['refused', 'auth', `realm_unreachable: ${realm}: connection refused`],
    ['dns', 'auth', `realm_unreachable: ${realm}: connection refused`],
    ['tls', 'auth', `realm_unreachable: ${realm}: connection refused`],
    ['timeout', 'auth', `realm_unreachable: ${realm}: connection refused`],
    ['paused', 'rate_limited', `the token service ${realm}: connection refused`],
    ['aborted', 'deadline', `no time left to ask the token service ${realm}`],
  ])('a failure by %s names the realm without its query', (failure, reason, detail) => {
    const read = readTokenAnswer(fail(URL_ASKED, failure, 'connection refused'), QUESTION, CLOCK);

    expect(read).toEqual({ kind: 'unknown', reason, detail });
  });

  test('a token that is longer than any header is none', () => {
    const read = (length: number) =>
      readTokenAnswer(respond(URL_ASKED, { body: { token: 't'.repeat(length) } }), QUESTION, CLOCK);

    expect(read(65_536)).toMatchObject({ kind: 'token' });
    expect(read(65_537)).toEqual({
      kind: 'unknown',
      reason: 'protocol',
      detail: `the token service ${realm} gave a token of more than 65536 characters`,
    });
  });

  test('a refusal says when no credentials went along', () => {
    const read = readTokenAnswer(
      respond(URL_ASKED, { status: 401 }),
      { ...QUESTION, scopes: [], anonymous: true },
      CLOCK,
    );

    expect(read).toHaveProperty(
      'detail',
      `the token service ${realm} answered 401 without credentials without a scope`,
    );
  });
});
