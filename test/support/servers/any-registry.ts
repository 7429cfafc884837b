import type { StoredContent } from './stored-content.ts';

/** A real registry of some kind, whose content can be damaged. */
export interface AnyRegistry extends StoredContent {
  readonly url: URL;
  /** Where repositories belong to somebody, and only somebody may push. */
  readonly account?: Account;
  /** Starts it anew on the same storage, with empty caches; null where that would lose what is in memory. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

/** Who repositories belong to. */
export interface Account {
  /** The first part of each repository's name. */
  readonly user: string;
  /** With it everything is allowed. */
  readonly password: string;
  /** With it packages can be read, and no more. */
  readonly readToken: string;
}
