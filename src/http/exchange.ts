/** One request as the transport takes it. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** How much of the answer's body to read. */
  readonly read: BodyRead;
  /** Use a connection that nothing was asked on before, and close it after. */
  readonly newConnection?: boolean;
  /**
   * With `newConnection`: share what is made for requests with this signal, and close it when that is aborted. What is
   * sent after that has one of its own.
   */
  readonly sharedUntil?: AbortSignal;
  /** Whatever comes is the answer: nothing is tried again. */
  readonly once?: boolean;
  /** For whom it is asked: what one waits for takes turns with what others do. Absent, for nobody in particular. */
  readonly party?: string;
  /** Redirects are followed up to five hops; `none` hands the 3xx back. Default `follow`. */
  readonly redirects?: 'follow' | 'none';
  /**
   * Whether a redirect may take what proves who we are to this URL, which is on another origin than the one asked.
   * Absent, never.
   */
  readonly mayProve?: (url: URL) => boolean;
  /** How far trust goes on the way to each URL that is asked; absent, as far as the settings say. */
  readonly trust?: (url: URL) => Trust;
}

/** What is allowed on the way to a URL that somebody else named. */
export interface Trust {
  /** Whether `insecure` holds there as well, where it is set. */
  readonly insecure: boolean;
  /** The host that named it, where no link-local address may be asked unless that host is at one; null where any may. */
  readonly namedBy: string | null;
}

/**
 * What to do with a body: all of it up to a limit in bytes, its first bytes only, or each chunk as it comes, up to a
 * limit where there is one; no other one is read before what is done with it is done. A coded body is decoded, and what comes out is what is read, limited and handed over.
 */
export type BodyRead =
  | { readonly kind: 'all'; readonly limit: number }
  | { readonly kind: 'first'; readonly bytes: number }
  | { readonly kind: 'stream'; readonly limit?: number; readonly onChunk: (chunk: Uint8Array) => unknown };

/**
 * How reading a body ended. `cut`: the connection ended before the announced length, or what is coded is broken;
 * `limit`: more than was wanted.
 */
export type BodyEnd = 'complete' | 'cut' | 'limit' | 'timeout' | 'aborted';

/** A server answered: at least its headers came. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Names in lower case; repeated fields joined with `, `, as HTTP allows. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was read: all, the first bytes, or empty for a stream. */
  readonly body: Uint8Array;
  /** Bytes that came, streamed ones included, as they traveled: what a Content-Length counts. */
  readonly received: number;
  readonly end: BodyEnd;
  /** Set where the body traveled coded, although nobody asked for it. */
  readonly coding?: BodyCoding;
  /** The URL that answered in the end, and whether it is on another origin than the one asked first. */
  readonly url: URL;
  readonly redirected: boolean;
}

/** How a body was coded. */
export interface BodyCoding {
  /** As Content-Encoding names them, in lower case and in the order in which they were applied. */
  readonly names: readonly string[];
  /** Bytes that came out; null where the body is as it traveled, because it is a part or its coding is not known here. */
  readonly decoded: number | null;
  /**
   * Whether nodes undo it as well: containerd does gzip, zstd and deflate without zlib's wrapping, and no others.
   * https://github.com/containerd/containerd/blob/v2.1.5/core/remotes/docker/fetcher.go
   */
  readonly forNodes: boolean;
}

/**
 * Why no answer came. `garbled`: one came that cannot be read, or in more than one way. `paused`: nothing was sent,
 * because the host had asked for a longer wait than is honored. `link_local`: the address is not asked for whoever
 * named it.
 */
export type FailureClass =
  | 'garbled'
  | 'refused'
  | 'reset'
  | 'closed'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'aborted'
  | 'redirect'
  | 'proxy'
  | 'paused'
  | 'link_local'
  | 'other';

/**
 * What a server that took the connection did when TLS was spoken to it: nothing until the time was over, it hung up, or
 * it said something that is no TLS.
 */
export type BadHandshake = 'silent' | 'closed' | 'no_tls';

/** No answer: the connection failed, a redirect may not be followed, or the host asked to be left alone. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly failure: FailureClass;
  /** Absent where TLS is not what failed, or failed in another way. */
  readonly handshake?: BadHandshake;
  /** One line: what failed, at which hop, without query or credentials. */
  readonly detail: string;
  /** The URL that did not answer. */
  readonly url: URL;
  /** Where a redirect led that is not followed for want of trust in it; else absent. */
  readonly distrusted?: URL;
}

export type HttpOutcome = HttpResponse | HttpFailure;

/** Sends requests, and never throws for what a network may do. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpOutcome>;
  /** Requests sent so far, retries and hops included, by method. */
  readonly sent: Readonly<Record<string, number>>;
  /** How many requests were under way at this host, with its port, most of the time; null where none was sent. */
  settled(host: string): number | null;
  /** How many may be under way there now; null where nothing was asked of it. */
  standing(host: string): number | null;
  close(): Promise<void>;
}

/** What came of asking once: what would be handed back, and whether a failure is of a kind that may pass. */
export interface HopOutcome {
  readonly outcome: HttpOutcome;
  readonly transient: boolean;
}
