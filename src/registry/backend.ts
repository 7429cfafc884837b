import { unknown, type Unknown } from '../walk/lookup.ts';
import type { Transport } from '../http/exchange.ts';
import type { Ask } from '../walk/source.ts';
import { isWebPage, undecided } from './answers.ts';

/** In bytes; the answer is `{}` or an error. */
const BASE_LIMIT = 64 * 1024;

/**
 * Asks `/v2/` without credentials, to see that a registry of the right kind answers: behind a proxy with a stale
 * address another one may. Null when nothing speaks against it. A page for people does not, whatever its status:
 * proxies serve one at this path, ask for a login with one, or have none, and what is below it is the registry's.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#determining-support
 */
export async function checkBackend(
  transport: Transport,
  url: URL,
  expectAuth: boolean,
  ask: Ask,
): Promise<Unknown | null> {
  const read = { kind: 'all', limit: BASE_LIMIT } as const;
  const answer = await transport.send({ method: 'GET', url, signal: ask.signal, read, newConnection: ask.again });
  // A redirect that leads nowhere is no answer, and the listing may have one of its own.
  if (answer.kind === 'failure') return answer.failure === 'redirect' ? null : undecided('GET', answer);
  if (answer.status >= 500 || answer.status === 429) return undecided('GET', answer);
  if (expectAuth && answer.status === 200 && !isWebPage(answer)) {
    return unknown('protocol', 'wrong_backend: /v2/ answers without credentials, although credentials are configured');
  }
  return null;
}
