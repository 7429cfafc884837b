import { unknown, type Unknown } from '../../walk/lookup.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { readRealm, type RealmRules } from './realm.ts';

/** A hostile header may name thousands of schemes. */
const SHOWN_CHARACTERS = 100;

const CREDENTIAL_NAMES: Readonly<Record<Credentials['kind'], string>> = {
  none: 'none',
  basic: 'a user name and a password',
  'identity-token': 'an identity token',
  'registry-token': 'a registry token',
};

/** How a registry wants requests to be authenticated. */
export type Scheme =
  | { readonly kind: 'basic' }
  /** The token that was handed to us goes as it is. */
  | { readonly kind: 'registry-token' }
  | {
      readonly kind: 'bearer';
      readonly realm: URL;
      readonly service: string | null;
      /** What the challenge asks for: used where the caller names no scope. */
      readonly scopes: readonly string[];
    };

/**
 * Chooses among the challenges of a 401: Bearer with a realm, as every container engine does, even if Basic is offered
 * beside it; else Basic, if there are a user name and a password.
 */
export function chooseScheme(header: string, credentials: Credentials, rules: RealmRules): Scheme | Unknown {
  const challenges = parseChallenges(header);
  const bearers = challenges.filter(({ scheme }) => scheme === 'bearer');
  if (bearers.length > 0 && credentials.kind === 'registry-token') return { kind: 'registry-token' };

  const bearer = bearers.find(({ params }) => (params['realm'] ?? '') !== '');
  if (bearer !== undefined) {
    const realm = readRealm(bearer.params['realm'] ?? '', rules);
    if (!(realm instanceof URL)) return realm;
    return { kind: 'bearer', realm, service: bearer.params['service'] ?? null, scopes: scopesOf(bearer) };
  }
  const basic = challenges.some(({ scheme }) => scheme === 'basic');
  if (basic && credentials.kind === 'basic') return { kind: 'basic' };

  const offered = [...new Set(challenges.map(({ scheme }) => scheme))].join(', ').slice(0, SHOWN_CHARACTERS);
  const wish = offered === '' ? 'names no way to authenticate' : `asks for ${offered}`;
  const missing = bearers.length > 0 ? ' without a realm' : '';
  return unknown(
    'auth',
    `no usable challenge: ${rules.registry.host} answered 401 and ${wish}${missing}; the credentials here: ${CREDENTIAL_NAMES[credentials.kind]}`,
  );
}

function scopesOf({ params }: Challenge): readonly string[] {
  return (params['scope'] ?? '').split(' ').filter((scope) => scope !== '');
}
