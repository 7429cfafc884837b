import { repositoryOfScope } from '../paths.ts';
import type { Scheme } from './scheme.ts';

/** What a registry asked for, and is therefore sent at once from then on. */
export interface Schemes {
  /** The scheme for a scope, null where nothing is sent before it is asked for. */
  of(scope: string | null): Scheme | null;
  learn(scope: string | null, scheme: Scheme): void;
}

type ScopeKind = 'none' | 'registry' | 'repository';

/**
 * Remembers the scheme for each kind of scope: Harbor asks for Basic at its catalog and for a token everywhere else, and
 * would take the password there, too, which it hashes for each request anew. What was learned of another kind is tried
 * only where it is a token, and never a password.
 */
export function createSchemes(): Schemes {
  const learned = new Map<ScopeKind, Scheme>();
  return {
    of(scope) {
      if (learned.size === 0) return null;
      const own = learned.get(kindOf(scope));
      return own ?? [...learned.values()].find(({ kind }) => kind === 'bearer') ?? null;
    },
    learn(scope, scheme) {
      learned.set(kindOf(scope), scheme);
    },
  };
}

function kindOf(scope: string | null): ScopeKind {
  if (scope === null) return 'none';
  return repositoryOfScope(scope) === null ? 'registry' : 'repository';
}
