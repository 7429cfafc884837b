import type { Clock } from '../util/clock.ts';
import type { Answer } from './answer.ts';
import { isBasic, type Credentials } from './credentials.ts';
import { registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';
import { createTokens, type BearerAuth } from './tokens.ts';

/** Who may ask: everyone, whoever knows the password, or whoever brings a token for the right scope. */
export type DemoAuth = { readonly basic: Credentials } | { readonly bearer: BearerAuth };

export interface Gate {
  /** The refusal; null lets the request in. */
  refuse(request: DemoRequest): Answer | null;
  /** What the token service says; null where there is none. */
  token(request: DemoRequest): Answer | null;
  revokeTokens(): void;
}

interface Access {
  readonly scope: string;
  readonly detail: unknown;
}

/** The door of the registry at `base`. Tokens expire where there is a clock to tell. */
export function createGate(auth: DemoAuth | undefined, base: () => URL, clock: Clock | undefined): Gate {
  if (auth === undefined) return { refuse: () => null, token: () => null, revokeTokens: () => {} };
  if ('basic' in auth) {
    const { basic } = auth;
    const refuseBasic = (request: DemoRequest): Answer | null =>
      isBasic(request, basic) ? null : unauthorized('Basic realm="basic-realm"', accessTo(request));
    return { refuse: refuseBasic, token: () => null, revokeTokens: () => {} };
  }

  const { bearer } = auth;
  const tokens = createTokens(bearer, clock);
  function refuse(request: DemoRequest): Answer | null {
    const access = accessTo(request);
    if (bearer.basicAtCatalog === true && request.kind === 'catalog') {
      return isBasic(request, bearer) ? null : unauthorized('Basic realm="harbor"', access);
    }
    const token = /^bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const problem = token === undefined ? '' : tokens.problem(token, access?.scope);
    if (problem === null) return null;
    const realm = bearer.realm ?? new URL('/token', base()).href;
    const parameters = { realm, service: bearer.service ?? 'demo-registry', scope: access?.scope, error: problem };
    return unauthorized(`Bearer ${quoted(parameters)}`, access);
  }
  return { refuse, token: tokens.answer, revokeTokens: tokens.revoke };
}

function accessTo({ kind, repository }: DemoRequest): Access | undefined {
  if (kind === 'catalog') {
    return { scope: 'registry:catalog:*', detail: { Type: 'registry', Class: '', Name: 'catalog', Action: '*' } };
  }
  if (repository === null) return undefined;
  return {
    scope: `repository:${repository}:pull`,
    detail: { Type: 'repository', Class: '', Name: repository, Action: 'pull' },
  };
}

function unauthorized(challenge: string, access: Access | undefined): Answer {
  const detail = access === undefined ? null : [access.detail];
  return registryError('UNAUTHORIZED', { detail, headers: { 'www-authenticate': challenge } });
}

function quoted(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}
