import { parseDigest } from './digest.ts';

/** An image reference: where, which repository, and a tag, a digest or both. */
export interface Reference {
  /** Host with its port, as written: `registry.example.com:5000`. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A reference, or what is wrong with the text. */
export type ParsedReference =
  { readonly ok: true; readonly reference: Reference } | { readonly ok: false; readonly problem: string };

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const HOST = /^(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:)|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

const EXPECTED = 'expected HOST/REPOSITORY[:TAG][@DIGEST], such as registry.example.com/team/app:v1';

/** True for a repository name that the distribution specification allows. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && REPOSITORY.test(name);
}

/** True for a tag that the distribution specification allows. */
export function isTag(tag: string): boolean {
  return TAG.test(tag);
}

/**
 * Reads `host/repository[:tag][@digest]`, with the tag `latest` where neither is given.
 * The host is always written out: this is about private registries, so there is no default one.
 */
export function parseReference(text: string): ParsedReference {
  const fail = (problem: string): ParsedReference => ({ ok: false, problem: `${problem}; ${EXPECTED}` });
  if (/^[a-z+]+:\/\//i.test(text)) return fail('a reference has no scheme');
  if (/^sha(?:256|512):[^/]*$/.test(text)) return fail('a digest alone names no repository');

  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null && parseDigest(digest).kind !== 'supported') {
    return fail(`'${digest}' is no sha256 or sha512 digest`);
  }

  const slash = named.indexOf('/');
  const host = named.slice(0, Math.max(slash, 0));
  if (!HOST.test(host)) return fail('the registry host is missing');
  // Ports over 65535, 1.2.3.999, [:::]: better refused here than thrown by the first URL that is made of it.
  if (!URL.canParse(`https://${host}`)) return fail(`'${host}' is no registry host`);

  const rest = named.slice(slash + 1);
  const colon = rest.indexOf(':');
  const repository = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? null : rest.slice(colon + 1);
  if (!isRepositoryName(repository)) return fail(`'${repository}' is no repository name (lower case only)`);
  if (tag !== null && !isTag(tag)) return fail(`'${tag}' is no tag`);
  return { ok: true, reference: { host, repository, tag: tag ?? (digest === null ? 'latest' : null), digest } };
}

/** The reference as one writes it. */
export function formatReference({ host, repository, tag, digest }: Reference): string {
  return `${host}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
