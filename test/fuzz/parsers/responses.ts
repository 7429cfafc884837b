import type { HttpResponse } from '../../../src/http/exchange.ts';

/** An answer of a registry with what a case is about. */
export function responseWith(parts: Partial<HttpResponse>): HttpResponse {
  const body = parts.body ?? new Uint8Array();
  return {
    kind: 'response',
    status: 200,
    headers: {},
    received: body.length,
    end: 'complete',
    url: new URL('http://registry.example.com/v2/'),
    redirected: false,
    ...parts,
    body,
  };
}
