import type { Attempt } from './attempt.ts';
import type { BodyRead, HttpRequest } from './exchange.ts';
import { withoutCredentials } from './headers.ts';
import { hasLeftOrigin, isFollowed, nameHop, nextHop } from './redirect.ts';

/** What a followed redirect's own body may have, in bytes: a line of HTML; reading it to the end keeps the connection. */
const REDIRECT_BODY_BYTES = 4096;
/** An error document instead of a streamed blob, in bytes: ten times what registries send. */
const ERROR_BODY_BYTES = 65_536;

/** One hop as it is to be asked. */
export interface Hop {
  readonly url: URL;
  readonly who: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly readFor: (status: number) => BodyRead;
}

export interface FollowDeps {
  readonly insecure: boolean;
  readonly ask: (hop: Hop) => Promise<Attempt>;
}

/**
 * Asks, and follows redirects hop by hop. Credentials stay behind once a hop has left the first origin, even when
 * a later hop comes back: whoever sent us there chose the path and the query.
 */
export async function follow(
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  { insecure, ask }: FollowDeps,
): Promise<Attempt> {
  const trail = [request.url];
  let url = request.url;
  for (;;) {
    const attempt = await ask({
      url,
      who: nameHop(trail),
      headers: hasLeftOrigin(trail) ? withoutCredentials(headers) : headers,
      readFor: (status) => readFor(request, status),
    });
    const { outcome } = attempt;
    if (outcome.kind === 'failure') return attempt;
    if (!isFollowed(request, outcome.status)) return withOrigin(attempt, url.origin !== request.url.origin);
    const next = nextHop(outcome.headers['location'], trail, insecure);
    if (next.kind === 'refused') return refused(url, `${nameHop(trail)} ${next.reason}`);
    url = next.url;
    trail.push(url);
  }
}

/** Only a success is streamed: what `onChunk` hashes must not begin with an error document or a redirect's HTML. */
function readFor(request: HttpRequest, status: number): BodyRead {
  if (isFollowed(request, status)) return { kind: 'first', bytes: REDIRECT_BODY_BYTES };
  const success = status >= 200 && status < 300;
  return request.read.kind === 'stream' && !success ? { kind: 'first', bytes: ERROR_BODY_BYTES } : request.read;
}

function withOrigin({ outcome, transient }: Attempt, redirected: boolean): Attempt {
  return outcome.kind === 'response' ? { outcome: { ...outcome, redirected }, transient } : { outcome, transient };
}

function refused(url: URL, detail: string): Attempt {
  return { outcome: { kind: 'failure', failure: 'redirect', detail, url }, transient: false };
}
