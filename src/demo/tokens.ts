import type { Clock } from '../util/clock.ts';
import { json, type Answer } from './answer.ts';
import { isBasic, type Credentials } from './credentials.ts';
import { registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';

export interface BearerAuth extends Credentials {
  /** Seconds. Without it the answer does not say, which means 60. */
  readonly expiresIn?: number;
  /** Under which name the token comes. Default `token`. */
  readonly tokenKey?: 'token' | 'access_token';
  readonly service?: string;
  /** Where the challenge sends the client. Default: the registry's own `/token`. */
  readonly realm?: string;
  /** Ask for the password itself at the catalog, as Harbor does. */
  readonly basicAtCatalog?: boolean;
  /** Scopes that are left out of every token, such as `registry:catalog:*`. */
  readonly deny?: readonly string[];
}

export interface Tokens {
  /** The token service: a token for the scopes that are asked for and not denied. */
  answer(request: DemoRequest): Answer;
  /** Why a token does not do, in the words of RFC 6750; null where it does. */
  problem(token: string, scope: string | undefined): 'invalid_token' | 'insufficient_scope' | null;
  /** From here on, no token that was given out is good any more. */
  revoke(): void;
}

interface Granted {
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
const DEFAULT_EXPIRES_IN = 60;
const MS_PER_SECOND = 1000;

/** Gives out tokens, and knows them again. Without a clock they stay good until they are revoked. */
export function createTokens(options: BearerAuth, clock: Clock | undefined): Tokens {
  const granted = new Map<string, Granted>();
  let count = 0;
  const now = (): number => clock?.now() ?? 0;

  return {
    answer(request) {
      if (!isBasic(request, options)) return registryError('UNAUTHORIZED', { detail: null });
      count += 1;
      const token = `demo-token-${count}`;
      const asked = request.query.getAll('scope').flatMap((scopes) => scopes.split(' '));
      granted.set(token, {
        scopes: asked.filter((scope) => options.deny?.includes(scope) !== true),
        expiresAt: now() + (options.expiresIn ?? DEFAULT_EXPIRES_IN) * MS_PER_SECOND,
      });
      const lifetime = options.expiresIn === undefined ? {} : { expires_in: options.expiresIn };
      return json(200, { [options.tokenKey ?? 'token']: token, ...lifetime });
    },
    problem(token, scope) {
      const grant = granted.get(token);
      if (grant === undefined || now() >= grant.expiresAt) return 'invalid_token';
      return scope === undefined || grant.scopes.includes(scope) ? null : 'insufficient_scope';
    },
    revoke: () => granted.clear(),
  };
}
