import { expect, test } from 'vitest';

import { handshakeOf } from '../../src/http/bad-handshake.ts';

const NO_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';

test.each([
  ['timeout', null, true, 'silent'],
  ['timeout', 'UND_ERR_CONNECT_TIMEOUT', true, 'silent'],
  ['reset', 'ECONNRESET', true, 'closed'],
  ['closed', 'UND_ERR_SOCKET', true, 'closed'],
  ['tls', NO_TLS, true, 'no_tls'],
  ['tls', NO_TLS, false, 'no_tls'],
  ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', true, null],
  ['tls', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', true, null],
  ['proxy', NO_TLS, true, null],
  ['timeout', null, false, null],
  ['reset', 'ECONNRESET', false, null],
  ['aborted', null, true, null],
  ['refused', 'ECONNREFUSED', true, null],
] as const)('a failure of the class %s with %s, with TLS under way %s, is a handshake that was %s', (...given) => {
  const [failure, code, stalled, expected] = given;

  expect(handshakeOf(failure, code, stalled)).toBe(expected);
});
