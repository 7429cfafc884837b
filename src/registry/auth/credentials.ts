/** How the probe proves to a registry who it is. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Exchanged at the token service for the tokens of single scopes. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent to the registry as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** As whom a repository of a registry is asked, or the registry itself (null), as for its catalog. */
export type CredentialsOf = (repository: string | null) => Credentials;

/** The same credentials for everything in a registry. */
export function sameForAll(credentials: Credentials): CredentialsOf {
  return () => credentials;
}
