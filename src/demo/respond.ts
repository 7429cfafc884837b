import type { ServerResponse } from 'node:http';

import type { Clock } from '../util/clock.ts';
import type { Answer } from './answer.ts';

/** Sends an answer in the way it says, broken ones included. */
export async function respond(
  answer: Answer,
  method: string,
  response: ServerResponse,
  clock: Clock | undefined,
): Promise<void> {
  if (answer.delayMs > 0) await clock?.sleep(answer.delayMs);
  const { delivery } = answer;
  const { socket } = response;
  if (delivery.kind === 'silence') return;
  if (delivery.kind === 'drop') {
    if (delivery.reset) socket?.resetAndDestroy();
    else socket?.destroy();
    return;
  }

  response.writeHead(answer.status, mutableHeaders(answer.headers));
  // What would be cut from a body cannot be cut from a HEAD's answer, which has none.
  if (method === 'HEAD' || delivery.kind === 'whole') {
    response.end(method === 'HEAD' ? undefined : answer.body);
    return;
  }
  response.flushHeaders();
  const sent = answer.body.subarray(0, delivery.after);
  if (sent.length > 0) response.write(sent);
  if (delivery.kind === 'cut') socket?.destroySoon();
}

/** Node's types want lists that it may change. */
function mutableHeaders(headers: Answer['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
