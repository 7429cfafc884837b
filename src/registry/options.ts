/** What is known of a registry before it is asked. */
export interface RegistryOptions {
  /** Scheme, host and, where the registry lives below one, a path prefix. */
  readonly url: URL;
  /** Names asked for at once in the catalog; stepped down where the registry refuses. */
  readonly pageSize: number;
  /** In bytes; distribution's own limit is 4 MiB. */
  readonly manifestLimit: number;
  /** In bytes: up to which size a blob is read whole where its last byte cannot be had alone. */
  readonly readWithoutRange: number;
  /** In bytes: what is unpacked of a layer at most. */
  readonly unpackLimit: number;
  /** An unauthenticated `/v2/` has to be refused: anything else is another backend. */
  readonly expectAuth: boolean;
  /** Every URL carries a nonce from the first request on, so that a caching proxy never answers. */
  readonly pastCaches: boolean;
}
