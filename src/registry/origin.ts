import type { HttpOutcome, Transport } from '../http/exchange.ts';
import { isLoopback } from '../oci/host.ts';
import type { Unknown } from '../walk/lookup.ts';
import { undecided } from './answers.ts';

/** In bytes; only whether an answer comes is of interest. */
const ANSWER_BYTES = 1024;

/** How long a host is listened to that was named without a scheme, in milliseconds: as long as other clients listen. */
export const ORIGIN_TIMEOUT_MS = 10_000;

const WAY_OUT = 'speaks http? say http:// in the config file, or --insecure';

/**
 * The origin of a registry of which only the host is known: https; where that does not answer, plain HTTP on a loopback
 * host, or on any host with `insecure`, as other clients have it. Unknown for a host with which TLS gets nowhere, be it
 * silent or speaking something else: asking on would take minutes, and plain HTTP is not tried unasked.
 * The transport should listen for `ORIGIN_TIMEOUT_MS`, and try once.
 */
export async function chooseOrigin(
  host: string,
  insecure: boolean,
  transport: Transport,
  signal: AbortSignal,
): Promise<URL | Unknown> {
  const secure = new URL(`https://${host}/`);
  const answer = await askBase(secure, transport, signal);
  if (isAnswer(answer)) return secure;
  const mayBePlain = insecure || isLoopback(host);
  if (mayBePlain) {
    const plain = new URL(`http://${host}/`);
    if (isAnswer(await askBase(plain, transport, signal))) return plain;
  }
  // Nothing answers at all, or a TLS server that refuses plain HTTP: what https said is the thing to report.
  if (answer.kind === 'response' || (answer.handshake !== 'silent' && answer.handshake !== 'no_tls')) return secure;
  const unknown = undecided('GET', answer);
  return mayBePlain ? unknown : { ...unknown, detail: `${unknown.detail}; ${WAY_OUT}` };
}

function askBase(origin: URL, transport: Transport, signal: AbortSignal): Promise<HttpOutcome> {
  const read = { kind: 'first', bytes: ANSWER_BYTES } as const;
  return transport.send({ method: 'GET', url: new URL('/v2/', origin), signal, read });
}

function isAnswer(outcome: HttpOutcome): boolean {
  return outcome.kind === 'response' && outcome.status !== 400;
}
