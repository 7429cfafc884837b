import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { chainProblem, isPair, privateKeyProblem } from '../../src/config/client-certificate.ts';
import { load, problemsOf, prod, withProd, type Given } from './loading.ts';

const CERT = tlsFile('server.pem');
const KEY = tlsFile('server.key');
const LOCKED = String(
  createPrivateKey(KEY).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }),
);
const CUT = `${KEY.slice(0, 60)}\n-----END PRIVATE KEY-----\n`;

describe('a private key', () => {
  test.each([
    [KEY, null],
    [`a comment before\n${KEY}`, null],
    [CERT, 'holds no private key in PEM (BEGIN PRIVATE KEY)'],
    ['hunter2', 'holds no private key in PEM (BEGIN PRIVATE KEY)'],
    [LOCKED, 'holds a private key with a passphrase, which nobody is there to enter'],
    [CUT, 'holds no private key that can be read'],
  ])('%# can be used or is told why not', (pem, problem) => {
    expect(privateKeyProblem(pem)).toBe(problem);
  });
});

test.each([
  [CERT, null],
  [`${CERT}${tlsFile('authority.pem')}`, null],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 'holds no certificate that can be read'],
])('a certificate %# can be read or is told why not', (pem, problem) => {
  expect(chainProblem(pem)).toBe(problem);
});

test('a key belongs to its own certificate alone', () => {
  expect(isPair(CERT, KEY)).toBe(true);
  expect(isPair(CERT, tlsFile('other.key'))).toBe(false);
});

describe('the files of a client certificate', () => {
  const FILES = { '/cert': CERT, '/key': KEY, '/other': tlsFile('other.key'), '/text': 'hunter2' };

  test.each<[Given, string]>([
    [
      { file: withProd('certFile: /cert') },
      'probe.yaml: registries.prod.certFile: a client certificate needs keyFile too',
    ],
    [{ file: withProd('keyFile: /key') }, 'probe.yaml: registries.prod.keyFile: a private key needs certFile too'],
    [{ env: { PROBE_CERT_FILE: '/cert' } }, 'PROBE_CERT_FILE: certFile: a client certificate needs keyFile too'],
    [{ file: 'pushgateway: { keyFile: /key }' }, 'probe.yaml: pushgateway.keyFile: a private key needs certFile too'],
    [
      { file: withProd('certFile: /cert', 'keyFile: /other') },
      "probe.yaml: registries.prod.keyFile: '/other' is not the key of the certificate in '/cert'",
    ],
    [
      { file: 'pushgateway: { certFile: /cert, keyFile: /text }' },
      "probe.yaml: pushgateway.keyFile: '/text' holds no private key in PEM (BEGIN PRIVATE KEY)",
    ],
    [
      { file: 'certFile: /text\nkeyFile: /key\n' },
      "probe.yaml: certFile: '/text' holds no certificate in PEM (BEGIN CERTIFICATE)",
    ],
    [{ file: 'certFile: /cert\nkeyFile: /gone\n' }, "probe.yaml: keyFile: cannot read '/gone': no such file"],
  ])('%j', async (given, problem) => {
    expect(await problemsOf({ ...given, files: FILES })).toEqual([problem]);
  });

  test('are read for all registries, and for one of them', async () => {
    const files = { ...FILES, '/own': tlsFile('other.pem') };
    const file = `certFile: /cert\nkeyFile: /key\n${withProd('certFile: /own', 'keyFile: /other')}`;

    const loaded = await load({ file, files });

    expect(loaded.settings.walk.clientCertificate).toEqual({ cert: CERT, key: KEY });
    expect(prod(loaded).clientCertificate).toEqual({ cert: tlsFile('other.pem'), key: tlsFile('other.key') });
    expect(loaded.settings.pushgateway.clientCertificate).toBeNull();
  });

  test('are not needed by one registry that does without', async () => {
    const file = `certFile: /cert\nkeyFile: /key\n${withProd('certFile: null', 'keyFile: null')}`;

    expect(prod(await load({ file, files: FILES })).clientCertificate).toBeNull();
  });
});

function tlsFile(name: string): string {
  return readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
}
