import * as z from 'zod';

import type { ApiFailure, SecretContent } from './api.ts';

const Entries = z.record(z.string(), z.unknown());

/** The two kinds of Secrets that hold a login to registries, and the key that it is under. */
const KEYS: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};

/**
 * The Docker configuration in a pull secret, as the text of a config.json that holds logins and nothing else: a kubelet
 * does not run the credential helpers that such a file may name, and no program is run because a Secret says so.
 * https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
 */
export function dockerConfigOf({
  type,
  data,
}: SecretContent): { readonly kind: 'done'; readonly value: string } | ApiFailure {
  const key = KEYS[type];
  if (key === undefined) {
    return failed(`it is of type ${type}; expected ${Object.keys(KEYS).join(' or ')}`);
  }
  const content = parse(Buffer.from(data[key] ?? '', 'base64').toString('utf8'));
  const auths = type === 'kubernetes.io/dockercfg' ? content : Entries.safeParse(content?.['auths']).data;
  if (auths === undefined) return failed(`its ${key} holds no logins`);
  return { kind: 'done', value: JSON.stringify({ auths }) };
}

function parse(text: string): z.infer<typeof Entries> | undefined {
  try {
    return Entries.safeParse(JSON.parse(text)).data;
  } catch {
    // The parser's own words quote the text, which may be a password.
    return undefined;
  }
}

function failed(detail: string): ApiFailure {
  return { kind: 'failed', reason: 'other', detail };
}
