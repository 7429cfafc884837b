/** What is kept; null where nothing is. `detail` says what failed, and where, in one line. */
export type Kept =
  { readonly kind: 'read'; readonly bytes: Uint8Array | null } | { readonly kind: 'failed'; readonly detail: string };

/** Whether it is kept now; `detail` says what failed, and where, in one line. */
export type Written = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/** Makes what is to be kept of what is, in at most so many bytes. */
export type Renew = (kept: Uint8Array | null, maxBytes: number) => Uint8Array;

/** Where the state of a registry, or of one shard of it, is kept between two runs. What is in it is not its business. */
export interface StateStore {
  read(signal: AbortSignal): Promise<Kept>;
  /** `renew` is called again where another process has written meanwhile, so that nothing is lost. */
  write(renew: Renew, signal: AbortSignal): Promise<Written>;
}
