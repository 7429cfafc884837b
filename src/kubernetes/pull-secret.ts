import * as z from 'zod';

import type { ApiFailure, SecretContent } from './api.ts';

const Entries = z.record(z.string(), z.unknown());

/** What a login may look like; further keys are left out: whatever is in them, nobody needs it. */
const text = z.string().nullish();
const Login = z.object({
  auth: text,
  username: text,
  password: text,
  identitytoken: text,
  registrytoken: text,
});

/** The two kinds of Secrets that hold a login to registries, and the key that it is under. */
const KEYS: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};

/**
 * The Docker configuration in a pull secret, as the text of a config.json that holds logins and nothing else: a kubelet
 * does not run the credential helpers that such a file may name, and no program is run because a Secret says so. An
 * entry of another shape is left out: it is no login, and the others are not to suffer from it.
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
  const encoded: unknown = data[key];
  const content = parse(typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '');
  const entries = type === 'kubernetes.io/dockercfg' ? content : Entries.safeParse(content?.['auths']).data;
  if (entries === undefined) return failed(`its ${key} holds no logins`);
  const logins = Object.entries(entries).flatMap(([host, entry]) => {
    const login = Login.safeParse(entry).data;
    return login === undefined ? [] : [[host, login] as const];
  });
  if (logins.length === 0 && Object.keys(entries).length > 0) return failed(`no login in its ${key} can be read`);
  return { kind: 'done', value: JSON.stringify({ auths: Object.fromEntries(logins) }) };
}

function parse(json: string): z.infer<typeof Entries> | undefined {
  try {
    return Entries.safeParse(JSON.parse(json)).data;
  } catch {
    // The parser's own words quote the text, which may be a password.
    return undefined;
  }
}

function failed(detail: string): ApiFailure {
  return { kind: 'failed', reason: 'other', detail };
}
