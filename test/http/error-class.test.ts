import { errors } from 'undici';
import { expect, test } from 'vitest';
import {
  classify,
  describeFailure,
  isTransient,
  type Circumstances,
  type Classified,
} from '../../src/http/error-class.ts';
import type { FailureClass } from '../../src/http/exchange.ts';
import { GarbledError } from '../../src/http/lenient-socket.ts';
import { ProxyError } from '../../src/http/proxy-pool.ts';

function coded(code: string, message = 'something failed', rest: object = {}): Error {
  return Object.assign(new Error(message), { code, ...rest });
}

test.each([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'closed'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['EPROTO', 'tls'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_ABORTED', 'proxy'],
  ['UND_ERR_PRX_CONN', 'proxy'],
  ['UND_ERR_PRX_TLS', 'proxy'],
  ['UND_ERR_DESTROYED', 'aborted'],
  ['ENETUNREACH', 'other'],
  ['EHOSTUNREACH', 'other'],
  ['HPE_INVALID_CONSTANT', 'other'],
  ['ENOENT', 'other'],
] as const)('%s is of the class %s', (code, failure) => {
  const classified = classify(coded(code));

  expect(classified).toEqual({ failure, code, proxy: null });
});

test.each([
  ['a cause', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'refused'],
  ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: coded('EAI_AGAIN') }) }), 'dns'],
  ['one of several errors', new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), 'refused'],
  ['a cause below a code that says nothing', Object.assign(coded('X_UNKNOWN'), { cause: coded('ENOTFOUND') }), 'dns'],
  ['the outermost of two codes', Object.assign(coded('ETIMEDOUT'), { cause: coded('ECONNREFUSED') }), 'timeout'],
  ['a timeout without a code', new DOMException('too slow', 'TimeoutError'), 'timeout'],
  ['a missing unix socket', coded('ENOENT', 'no file', { syscall: 'connect' }), 'refused'],
])('%s decides', (_name, error, failure) => {
  expect(classify(error).failure).toBe(failure);
});

test('the words of a message decide nothing', () => {
  const classified = classify(coded('CERT_HAS_EXPIRED', 'connect ECONNREFUSED: connection refused'));

  expect(classified.failure).toBe('tls');
});

test('a message that says "connection refused" without a known code is of no known class', () => {
  expect(classify(coded('X_UNKNOWN', 'connection refused')).failure).toBe('other');
  expect(classify(new Error('connection refused')).failure).toBe('other');
});

test.each([[undefined], [null], ['ECONNREFUSED'], [{ code: 'ECONNREFUSED' }]])(
  'what is no error, such as %j, is of no known class',
  (thrown) => {
    expect(classify(thrown)).toEqual({ failure: 'other', code: null, proxy: null });
  },
);

test.each([
  [new errors.HTTPParserError('bad start'), 'other', 'HTTPParserError'],
  [new errors.ResponseContentLengthMismatchError(), 'other', 'HTTPParserError'],
  [new errors.HeadersOverflowError(), 'garbled', null],
  [new GarbledError('two lengths'), 'garbled', null],
])('what a parser says is told apart by its kind: %s', (error, failure, code) => {
  expect(classify(new Error('failed', { cause: error }))).toMatchObject({ failure, code });
});

test('a circle of causes ends', () => {
  const error = new Error('round');
  error.cause = new Error('and round', { cause: error });

  expect(classify(error).failure).toBe('other');
});

test('a proxy that was refused is not a server that was refused', () => {
  const error = new Error('failed', {
    cause: new ProxyError('proxy.example.com:3128', null, { cause: coded('ECONNREFUSED') }),
  });

  const classified = classify(error);

  expect(classified).toEqual({
    failure: 'proxy',
    code: 'ECONNREFUSED',
    proxy: { host: 'proxy.example.com:3128', status: null, cause: 'refused' },
  });
});

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
    { failure: 'garbled', code: null, proxy: null, oddity: 'two lengths' },
    {},
    'registry.example.com sent an answer that cannot be read: two lengths',
  ],
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
  ['garbled', null, false],
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
