import type { Clock } from '../../util/clock.ts';
import type { Unknown } from '../../walk/lookup.ts';
import type { Token } from './token-answer.ts';

/** A token, and whether it was fetched by this very call. */
export interface HeldToken {
  readonly kind: 'held';
  readonly token: Token;
  readonly fresh: boolean;
}

/** Asks the token service. */
export type FetchToken = () => Promise<Token | Unknown>;

/** Holds one token per scope, and fetches each once, however many requests want it. A null scope is one of its own. */
export interface TokenStore {
  /** The token held, the one that is being fetched, or a new one. */
  get(scope: string | null, signal: AbortSignal, fetch: FetchToken): Promise<HeldToken | Unknown>;
  /** Another token than one that was turned down, or null when a new one would not help either. */
  replace(
    scope: string | null,
    turnedDown: Token,
    signal: AbortSignal,
    fetch: FetchToken,
  ): Promise<HeldToken | Unknown | null>;
  /** Takes note that a registry honored a token. */
  accepted(scope: string | null, token: Token): void;
  /** Takes note that a registry turned down a token that was just fetched. */
  useless(scope: string | null, token: Token): void;
}

interface Entry {
  token: Token | null;
  /** Whether the token was honored at least once. */
  accepted: boolean;
  flight: Promise<Token | Unknown> | null;
  failure: Unknown | null;
  failureUntil: number;
  uselessUntil: number;
}

/**
 * How long a failed fetch answers for the next ones. The requests of one repository meet it within a few seconds of
 * each other, in waves as wide as the concurrency; anything confirmed later asks the token service anew.
 */
const FAILURE_MEMORY_MS = 5_000;
/**
 * How long no second token is fetched for a scope whose new token was turned down at once: the registry's quarrel is
 * not with the token's age. Amazon's public registry turns down every HEAD of a blob, whatever the token.
 */
const USELESS_MEMORY_MS = 60_000;

/**
 * Scopes of which something is held, and characters of all tokens: there may be one for each of 300,000 repositories.
 * What was not asked for longest goes first, and would be fetched again.
 */
const MOST_SCOPES = 4_096;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Creates an empty store. */
export function createTokenStore(clock: Clock): TokenStore {
  /** Those that were asked for last come last. */
  const entries = new Map<string | null, Entry>();
  let characters = 0;

  function hold(entry: Entry, token: Token | null): void {
    characters += (token?.value.length ?? 0) - (entry.token?.value.length ?? 0);
    entry.token = token;
  }

  function letGo(): void {
    for (const [scope, entry] of entries) {
      if (entries.size <= MOST_SCOPES && characters <= MOST_CHARACTERS) return;
      if (entry.flight !== null) continue;
      hold(entry, null);
      entries.delete(scope);
    }
  }

  function entryOf(scope: string | null): Entry {
    let entry = entries.get(scope);
    if (entry !== undefined) {
      entries.delete(scope);
      entries.set(scope, entry);
    } else {
      entry = {
        token: null,
        accepted: false,
        flight: null,
        failure: null,
        failureUntil: -Infinity,
        uselessUntil: -Infinity,
      };
      entries.set(scope, entry);
      letGo();
    }
    return entry;
  }

  async function take(entry: Entry, fetch: FetchToken): Promise<Token | Unknown> {
    try {
      const answer = await fetch();
      hold(entry, answer.kind === 'token' ? answer : null);
      entry.accepted = false;
      // Out of time is the caller's state, not the token service's.
      entry.failure = answer.kind === 'unknown' && answer.reason !== 'deadline' ? answer : null;
      entry.failureUntil = clock.elapsed() + FAILURE_MEMORY_MS;
      return answer;
    } finally {
      entry.flight = null;
      letGo();
    }
  }

  async function get(scope: string | null, signal: AbortSignal, fetch: FetchToken): Promise<HeldToken | Unknown> {
    for (;;) {
      const entry = entryOf(scope);
      if (entry.token !== null && clock.elapsed() < entry.token.refreshAt) {
        return { kind: 'held', token: entry.token, fresh: false };
      }
      if (entry.failure !== null && clock.elapsed() < entry.failureUntil) return entry.failure;
      const own = entry.flight === null;
      entry.flight ??= take(entry, fetch);
      const answer = await entry.flight;
      if (answer.kind === 'token') return { kind: 'held', token: answer, fresh: own };
      // Whoever started the fetch ran out of time; one who waited for it and has time left starts another.
      if (own || answer.reason !== 'deadline' || signal.aborted) return answer;
    }
  }

  return {
    get,
    async replace(scope, turnedDown, signal, fetch) {
      const entry = entryOf(scope);
      if (entry.token === turnedDown) {
        if (clock.elapsed() < entry.uselessUntil) return null;
        hold(entry, null);
      }
      return get(scope, signal, fetch);
    },
    accepted(scope, token) {
      const entry = entries.get(scope);
      if (entry?.token === token) entry.accepted = true;
    },
    useless(scope, token) {
      const entry = entries.get(scope);
      if (entry?.token === token && !entry.accepted) entry.uselessUntil = clock.elapsed() + USELESS_MEMORY_MS;
    },
  };
}
