import { expect, test } from 'vitest';
import type { Classified } from '../../src/http/error-class.ts';
import { describeFailure, type Circumstances } from '../../src/http/failure-text.ts';

const asked: Circumstances = { who: 'registry.example.com', phase: 'headers', timeoutMs: 5000 };
const host = 'proxy.example.com:3128';

test.each<[Classified, Partial<Circumstances>, string]>([
  [
    { failure: 'refused', code: 'ECONNREFUSED', proxy: null },
    {},
    'registry.example.com refused the connection (ECONNREFUSED)',
  ],
  [
    { failure: 'refused', code: 'ECONNREFUSED', proxy: null },
    { who: 'redirect target storage.example.com' },
    'redirect target storage.example.com refused the connection (ECONNREFUSED)',
  ],
  [
    { failure: 'timeout', code: null, proxy: null },
    { phase: 'connect' },
    'registry.example.com could not be connected to within 5000 ms',
  ],
  [{ failure: 'timeout', code: null, proxy: null }, {}, 'registry.example.com sent no headers within 5000 ms'],
  [
    { failure: 'other', code: 'EHOSTUNREACH', proxy: null },
    {},
    'registry.example.com cannot be reached: there is no route to it (EHOSTUNREACH)',
  ],
  [
    { failure: 'other', code: 'HTTPParserError', proxy: null },
    {},
    'registry.example.com sent something that is not HTTP/1.1 (HTTPParserError)',
  ],
  [{ failure: 'other', code: null, proxy: null }, {}, 'registry.example.com could not be asked'],
  [
    { failure: 'proxy', code: 'ECONNREFUSED', proxy: { host, status: null, cause: 'refused' } },
    {},
    'proxy proxy.example.com:3128, on the way to registry.example.com, refused the connection (ECONNREFUSED)',
  ],
  [
    { failure: 'proxy', code: null, proxy: { host, status: 407, cause: 'other' } },
    {},
    'proxy proxy.example.com:3128, on the way to registry.example.com, answered 407 instead of connecting',
  ],
  [
    { failure: 'proxy', code: 'UND_ERR_ABORTED', proxy: null },
    {},
    'the proxy on the way to registry.example.com did not connect (UND_ERR_ABORTED)',
  ],
])('%j with %j is told in one line', (classified, circumstances, text) => {
  expect(describeFailure(classified, { ...asked, ...circumstances })).toBe(text);
});
