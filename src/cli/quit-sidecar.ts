import { createTransport } from '../http/transport.ts';
import type { CommandDeps } from './session.ts';
import { USER_AGENT } from './version.ts';

const TIMEOUT_MS = 5_000;
const RETRIES = 2;
/** Nobody reads what a sidecar says when it goes. */
const MAX_ANSWER_BYTES = 1_024;
const NO_PROXY = { httpProxy: '', httpsProxy: '', noProxy: '' };

/**
 * Tells the container of a service mesh beside this one that it may end: a Job is done when all of its containers are.
 * Nothing depends on the answer, and one that is no success is told by a warning; empty, nobody is told anything.
 */
export async function quitSidecar(url: string, { clock, log }: CommandDeps): Promise<void> {
  if (url === '') return;
  const transport = createTransport(
    {
      timeoutMs: TIMEOUT_MS,
      concurrency: 1,
      retries: RETRIES,
      ca: null,
      insecure: false,
      userAgent: USER_AGENT,
      proxy: NO_PROXY,
    },
    { clock, log, random: Math.random },
  );
  try {
    const outcome = await transport.send({
      method: 'POST',
      url: new URL(url),
      signal: new AbortController().signal,
      read: { kind: 'first', bytes: MAX_ANSWER_BYTES },
      redirects: 'none',
    });
    const detail = outcome.kind === 'failure' ? outcome.detail : `HTTP ${outcome.status}`;
    const isTold = outcome.kind === 'response' && outcome.status < 300;
    if (!isTold) log.warn({ url, detail }, 'The container beside this one was not told to end');
  } finally {
    await transport.close();
  }
}
