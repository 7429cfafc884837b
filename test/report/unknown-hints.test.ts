import { expect, test } from 'vitest';

import { unknownHint } from '../../src/report/unknown-hints.ts';

const LOST = {
  repository: 'app',
  reference: '_tags',
  detail: 'unknown_repository: a workload uses it, and the registry does not know it',
};
const OTHER = {
  repository: null,
  reference: '_catalog',
  detail: 'wrong_backend: /v2/_catalog answers 200 with a web page',
};

test('a repository that is not known is to be restored, or taken out', () => {
  expect(unknownHint('protocol', [LOST, LOST])).toMatch(/^Restore the repository .* take it out of what is walked/);
});

test.each([[[OTHER]], [[LOST, OTHER]], [[]]])('of anything else, the reason says what to do: %#', (entries) => {
  expect(unknownHint('protocol', entries)).toMatch(/^Ask the address by hand/);
});

const SILENT = 'timeout: a.example.com could not be connected to within 10000 ms; silent_tls: it said nothing to TLS';
const PLAIN = 'tls: a.example.com did not pass the TLS handshake (X); no_tls: it answered TLS with something else';
const SLOW = 'timeout: a.example.com sent no headers within 30000 ms';

function entriesOf(details: readonly string[]) {
  return details.map((detail) => ({ repository: 'app', reference: 'v1', detail }));
}

test.each([
  ['timeout', [SILENT]],
  ['tls', [PLAIN, PLAIN]],
  ['connection', ['reset: a.example.com reset the connection; closed_tls: it closed it']],
] as const)('of a server with which TLS gets nowhere (%s), the way out is http://', (reason, details) => {
  expect(unknownHint(reason, entriesOf(details))).toContain('`http://`');
});

test.each([
  ['timeout', [SLOW]],
  ['timeout', [SILENT, SLOW]],
  ['tls', ['tls: a.example.com did not pass the TLS handshake (CERT_HAS_EXPIRED)']],
  ['tls', ['tls: redirect target b.example.com did not pass the TLS handshake (X); no_tls: it answered']],
] as const)('of a server that fails in another way (%s), the reason says what to do: %j', (reason, details) => {
  expect(unknownHint(reason, entriesOf(details))).toBe(unknownHint(reason, []));
});

test.each(['auth', 'tls', 'deadline'] as const)('where the chart runs it, %s names values of the chart', (reason) => {
  const hint = unknownHint(reason, [], { hintsFor: 'chart' });

  expect(hint).toContain('registries.NAME.');
  expect(hint).not.toMatch(/--\w|PROBE_/);
});

test('where the chart runs it, a host that is silent under TLS is written otherwise in its values', () => {
  expect(unknownHint('timeout', entriesOf(['timeout: silent_tls: a']), { hintsFor: 'chart' })).toContain(
    '`registries.NAME.url`',
  );
});
