import { describe, expect, test } from 'vitest';

import type { BodyEnd, BodyRead, HttpOutcome, Transport } from '../../src/http/exchange.ts';
import { createGatewayClient, type GatewayAnswer } from '../../src/metrics/gateway-client.ts';

const URL_OF_IT = new URL('http://pushgateway.example.com:9091');

function send(read: BodyRead, text: string, end: BodyEnd): Promise<GatewayAnswer> {
  const body = new TextEncoder().encode(text);
  const response = { status: 200, headers: {}, body, received: body.length, end, url: URL_OF_IT, redirected: false };
  const outcome: HttpOutcome = { kind: 'response', ...response };
  const transport: Transport = {
    send: () => Promise.resolve(outcome),
    sent: {},
    settled: () => null,
    standing: () => null,
    close: () => Promise.resolve(),
  };
  const client = createGatewayClient({ url: URL_OF_IT.href }, transport);
  return client.send({ method: 'GET', url: URL_OF_IT, signal: new AbortController().signal, read });
}

describe('an answer', () => {
  const ALL: BodyRead = { kind: 'all', limit: 1000 };
  const FIRST: BodyRead = { kind: 'first', bytes: 10 };

  test.each<[BodyRead, BodyEnd, GatewayAnswer]>([
    [ALL, 'complete', { kind: 'done', body: new TextEncoder().encode('ünd') }],
    [ALL, 'limit', { kind: 'failed', detail: 'the answer is larger than 1000 bytes' }],
    [ALL, 'cut', { kind: 'failed', detail: 'the answer did not come whole: cut' }],
    [ALL, 'timeout', { kind: 'failed', detail: 'the answer did not come whole: timeout' }],
    [FIRST, 'limit', { kind: 'done', body: new TextEncoder().encode('ünd') }],
    [FIRST, 'cut', { kind: 'done', body: new TextEncoder().encode('ünd') }],
  ])('wanted as %j that ends as %s is %j', async (read, end, expected) => {
    expect(await send(read, 'ünd', end)).toEqual(expected);
  });
});
