import { expect, test } from 'vitest';
import type { FailureClass } from '../../src/http/exchange.ts';
import { isTransient } from '../../src/http/transient.ts';

test.each<[FailureClass, string | null, boolean]>([
  ['refused', 'ECONNREFUSED', true],
  ['reset', 'ECONNRESET', true],
  ['closed', 'UND_ERR_SOCKET', true],
  ['timeout', null, true],
  ['dns', 'EAI_AGAIN', true],
  ['dns', 'ENOTFOUND', false],
  ['tls', 'CERT_HAS_EXPIRED', false],
  ['redirect', null, false],
  ['aborted', null, false],
  ['other', null, false],
  ['other', 'EHOSTUNREACH', true],
  ['other', 'ENETUNREACH', true],
  ['other', 'HTTPParserError', true],
  ['other', 'UND_ERR_INVALID_ARG', false],
  ['proxy', 'UND_ERR_ABORTED', false],
])('a failure %s with the code %s may pass: %s', (failure, code, passes) => {
  expect(isTransient({ failure, code, proxy: null })).toBe(passes);
});

test.each<[number | null, FailureClass, string | null, boolean]>([
  [null, 'refused', 'ECONNREFUSED', true],
  [null, 'dns', 'EAI_AGAIN', true],
  [null, 'dns', 'ENOTFOUND', false],
  [null, 'tls', 'CERT_HAS_EXPIRED', false],
  [403, 'other', null, false],
  [407, 'other', null, false],
  [502, 'other', null, true],
  [503, 'other', null, true],
])('a proxy that answered %s or failed with %s (%s) may come round: %s', (status, cause, code, passes) => {
  expect(isTransient({ failure: 'proxy', code, proxy: { host: 'proxy.example.com', status, cause } })).toBe(passes);
});
