import type { Transport } from '../http/exchange.ts';
import { isLoopback } from '../oci/host.ts';

/** In bytes; only whether an answer comes is of interest. */
const ANSWER_BYTES = 1024;

/**
 * The origin of a registry of which only the host is known: https; where that does not answer, plain HTTP on a loopback
 * host, or on any host with `insecure`, as other clients have it.
 */
export async function chooseOrigin(
  host: string,
  insecure: boolean,
  transport: Transport,
  signal: AbortSignal,
): Promise<URL> {
  const secure = new URL(`https://${host}/`);
  if (!insecure && !isLoopback(host)) return secure;
  if (await answers(new URL('/v2/', secure), transport, signal)) return secure;
  const plain = new URL(`http://${host}/`);
  // Nothing answers at all, or a TLS server that refuses plain HTTP: what https said is the thing to report.
  return (await answers(new URL('/v2/', plain), transport, signal)) ? plain : secure;
}

async function answers(url: URL, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const read = { kind: 'first', bytes: ANSWER_BYTES } as const;
  const answer = await transport.send({ method: 'GET', url, signal, read });
  return answer.kind === 'response' && answer.status !== 400;
}
