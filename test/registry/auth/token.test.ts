import { describe, expect, test } from 'vitest';

import type { Credentials } from '../../../src/registry/auth/credentials.ts';
import { basicAuthorization, fetchToken, type TokenRequest } from '../../../src/registry/auth/token.ts';
import { createTestClock } from '../../support/clock.ts';
import { respond, scriptedTransport } from './scripted-transport.ts';

const REGISTRY = new URL('https://registry.example.com');
const BASIC: Credentials = { kind: 'basic', username: 'probe', password: 'hunter2' };
const IDENTITY: Credentials = { kind: 'identity-token', token: 'opaque' };

describe('fetchToken', () => {
  test.each<[string, Partial<TokenRequest>, string]>([
    [
      'service and scope',
      {},
      'https://auth.example.com/token?service=registry.example.com&scope=repository%3Aa%3Apull',
    ],
    ['no service', { service: null }, 'https://auth.example.com/token?scope=repository%3Aa%3Apull'],
    ['no scope', { scopes: [] }, 'https://auth.example.com/token?service=registry.example.com'],
    [
      'several scopes, each of its own',
      { service: null, scopes: ['a', 'b'] },
      'https://auth.example.com/token?scope=a&scope=b',
    ],
    [
      'the query that the realm has already',
      { realm: new URL('https://auth.example.com/token?tenant=x') },
      'https://auth.example.com/token?tenant=x&service=registry.example.com&scope=repository%3Aa%3Apull',
    ],
  ])('asks with %s', async (_, change, url) => {
    const transport = scriptedTransport((request) => respond(request.url, { body: { token: 't' } }));

    await fetchToken(tokenRequest(change), {
      transport,
      clock: createTestClock(),
      registry: REGISTRY,
      insecure: false,
    });

    expect(transport.requests.map((sent) => [sent.method, sent.url.href])).toEqual([['GET', url]]);
  });

  test.each<[string, Credentials, string | undefined]>([
    ['the password', BASIC, `Basic ${base64('probe:hunter2')}`],
    ['nothing without credentials', { kind: 'none' }, undefined],
  ])('a GET carries %s', async (_, credentials, authorization) => {
    const transport = scriptedTransport((sent) => respond(sent.url, { body: { token: 't' } }));

    await fetchToken(tokenRequest({ credentials }), {
      transport,
      clock: createTestClock(),
      registry: REGISTRY,
      insecure: false,
    });

    expect(transport.requests[0]?.headers?.['authorization']).toBe(authorization);
    expect(transport.requests[0]?.url.href).not.toContain('hunter2');
  });

  test('an identity token is exchanged by a POST that follows no redirect', async () => {
    const transport = scriptedTransport((sent) => respond(sent.url, { body: { access_token: 't' } }));

    const token = await fetchToken(tokenRequest({ credentials: IDENTITY }), {
      transport,
      clock: createTestClock(),
      registry: REGISTRY,
      insecure: false,
    });

    const [sent] = transport.requests;
    expect(token).toMatchObject({ kind: 'token', value: 't' });
    expect(transport.requests).toHaveLength(1);
    expect(sent).toMatchObject({ method: 'POST', redirects: 'none' });
    expect(sent?.url.href).toBe('https://auth.example.com/token');
    expect(sent?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(sent?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'registry-integrity-probe',
      refresh_token: 'opaque',
      service: 'registry.example.com',
      scope: 'repository:a:pull',
    });
  });

  test.each([404, 405])('a service that answers %i to the POST is asked by GET', async (status) => {
    const transport = scriptedTransport((sent) =>
      sent.method === 'POST' ? respond(sent.url, { status }) : respond(sent.url, { body: { token: 't' } }),
    );

    const token = await fetchToken(tokenRequest({ credentials: IDENTITY }), {
      transport,
      clock: createTestClock(),
      registry: REGISTRY,
      insecure: false,
    });

    expect(token).toMatchObject({ kind: 'token', value: 't' });
    expect(transport.requests.map((sent) => sent.method)).toEqual(['POST', 'GET']);
    expect(transport.requests[1]?.headers).toMatchObject({ authorization: `Basic ${base64(':opaque')}` });
  });

  test.each([
    [307, 'protocol'],
    [401, 'auth'],
    [500, 'server_error'],
  ])('a POST answered %i is not tried in another way', async (status, reason) => {
    const transport = scriptedTransport((sent) => respond(sent.url, { status }));

    const answer = await fetchToken(tokenRequest({ credentials: IDENTITY }), {
      transport,
      clock: createTestClock(),
      registry: REGISTRY,
      insecure: false,
    });

    expect(answer).toMatchObject({ kind: 'unknown', reason });
    expect(transport.requests).toHaveLength(1);
  });

  test('the answer is read up to a limit', async () => {
    const transport = scriptedTransport((sent) => respond(sent.url, { body: { token: 't' } }));

    await fetchToken(tokenRequest({}), { transport, clock: createTestClock(), registry: REGISTRY, insecure: false });

    expect(transport.requests[0]?.read).toEqual({ kind: 'all', limit: 1024 * 1024 });
  });
});

describe('basicAuthorization', () => {
  test('a user name and a password that are not ASCII go as UTF-8', () => {
    const value = basicAuthorization({ kind: 'basic', username: 'jürgen', password: 'a:ß' });

    expect(value).toBe(`Basic ${base64('jürgen:a:ß')}`);
  });

  test.each<[Credentials]>([[{ kind: 'none' }], [{ kind: 'registry-token', token: 'x' }]])(
    'there is none for %j',
    (credentials) => {
      const value = basicAuthorization(credentials);

      expect(value).toBeNull();
    },
  );
});

function tokenRequest(change: Partial<TokenRequest>): TokenRequest {
  return {
    realm: new URL('https://auth.example.com/token'),
    service: 'registry.example.com',
    scopes: ['repository:a:pull'],
    credentials: BASIC,
    signal: new AbortController().signal,
    ...change,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
