import { expect } from 'vitest';

import type { HttpOutcome, HttpRequest, HttpResponse } from '../../../src/http/exchange.ts';
import { createAuthorizer, type AuthHeaders, type Authorizer } from '../../../src/registry/auth/authorizer.ts';
import { sameForAll, type Credentials, type CredentialsOf } from '../../../src/registry/auth/credentials.ts';
import type { Unknown } from '../../../src/walk/lookup.ts';
import { createTestClock, type TestClock } from '../../support/clock.ts';
import { keepingLog, respond, scriptedTransport, type ScriptedTransport } from './scripted-transport.ts';

const REGISTRY = new URL('https://registry.example.com');
export const ASKED = new URL('https://registry.example.com/v2/team/app/manifests/v1');
export const SCOPE = 'repository:team/app:pull';
export const BEARER =
  'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:x:pull"';
export const BASIC = 'Basic realm="Registry"';
export const PASSWORD = 'hunter2';
export const CREDENTIALS: Credentials = { kind: 'basic', username: 'probe', password: PASSWORD };
export const SIGNAL = new AbortController().signal;

/** What differs from the plain case. */
export interface Setting {
  readonly header?: string | (() => string);
  readonly accepts?: (authorization: string) => boolean;
  readonly service?: (request: HttpRequest) => HttpOutcome;
  readonly token?: (count: number) => string;
  readonly credentials?: Credentials;
  /** As whom single repositories are asked. */
  readonly credentialsOf?: CredentialsOf;
  readonly insecure?: boolean;
  readonly tokenHosts?: readonly string[];
}

/** A registry, its token service, and the authorizer between them. */
export interface Scene {
  readonly authorizer: Authorizer;
  readonly registry: {
    readonly heard: readonly (string | undefined)[];
    attempt(headers: AuthHeaders): Promise<HttpOutcome>;
  };
  readonly service: ScriptedTransport;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof keepingLog>;
}

/** A registry that wants a Bearer token, and a token service that gives t1, t2, ... good for a minute each. */
export function setUp(setting: Setting = {}): Scene {
  const {
    header = BEARER,
    accepts = (text: string) => text.startsWith('Bearer '),
    credentials = CREDENTIALS,
  } = setting;
  const token = setting.token ?? ((count: number) => `t${count}`);
  const give = ({ url }: HttpRequest, count: number): HttpOutcome => respond(url, { body: { token: token(count) } });
  const service = scriptedTransport(setting.service ?? give);
  const clock = createTestClock();
  const log = keepingLog();
  const heard: (string | undefined)[] = [];
  const attempt = async (headers: AuthHeaders): Promise<HttpOutcome> => {
    heard.push(headers['authorization']);
    if (accepts(headers['authorization'] ?? '')) return respond(ASKED);
    return challenge(typeof header === 'string' ? header : header());
  };
  const { insecure = false, tokenHosts = [] } = setting;
  const deps = { transport: service, registry: REGISTRY, insecure, tokenHosts, clock, log };
  const authorizer = createAuthorizer({ ...deps, credentials: setting.credentialsOf ?? sameForAll(credentials) });
  return { authorizer, registry: { heard, attempt }, service, clock, log };
}

/** A 401 of the registry. */
export function challenge(header: string): HttpResponse {
  return respond(ASKED, { status: 401, headers: { 'www-authenticate': header } });
}

/** The status of a response; fails the test when there was none. */
export function statusOf(answer: HttpOutcome | Unknown): number {
  if (answer.kind !== 'response') throw new Error(`no response: ${JSON.stringify(answer)}`);
  return answer.status;
}

/** Fails the test when a secret is anywhere in the answers or in the lines of a log. */
export function expectNoSecret(answers: unknown, lines: readonly string[]): void {
  const everything = `${JSON.stringify(answers)}\n${lines.join('\n')}`;
  const secrets = [
    PASSWORD,
    Buffer.from(`probe:${PASSWORD}`).toString('base64'),
    'secret-1-token',
    'Bearer ',
    'Basic ',
  ];
  for (const secret of secrets) expect(everything).not.toContain(secret);
}
