import { unknown, type Unknown } from '../walk/lookup.ts';
import type { Transport } from '../http/exchange.ts';
import type { Ask } from '../walk/source.ts';
import { isWebPage, undecided } from './answers.ts';

/** In bytes; the answer is `{}` or an error. */
const BASE_LIMIT = 64 * 1024;

/**
 * Asks `/v2/` without credentials, to see that a registry of the right kind answers: behind a proxy with a stale
 * address another one may. Null when nothing speaks against it.
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
  if (answer.kind === 'failure' || answer.status >= 500 || answer.status === 429) return undecided('GET', answer);
  if (isWebPage(answer)) return unknown('protocol', 'wrong_backend: /v2/ answers with a web page');
  if (expectAuth && answer.status === 200) {
    return unknown('protocol', 'wrong_backend: /v2/ answers without credentials, although credentials are configured');
  }
  return null;
}
