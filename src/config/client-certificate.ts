import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What is wrong with a text as the chain of a client certificate; null when its first certificate can be read. */
export function chainProblem(pem: string): string | null {
  return succeeds(() => new X509Certificate(pem)) ? null : 'holds no certificate that can be read';
}

/** What is wrong with a text as a private key, without quoting it; null when it can be used. */
export function privateKeyProblem(pem: string): string | null {
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(pem)) return 'holds no private key in PEM (BEGIN PRIVATE KEY)';
  if (/ENCRYPTED/.test(pem)) return 'holds a private key with a passphrase, which nobody is there to enter';
  return succeeds(() => createPrivateKey(pem)) ? null : 'holds no private key that can be read';
}

/** True when the key is the first certificate's own. Both have to be readable. */
export function isPair(cert: string, key: string): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    // OpenSSL's own words are for those who wrote it.
    return false;
  }
}
