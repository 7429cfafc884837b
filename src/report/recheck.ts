import { isLoopback } from '../oci/host.ts';
import { isRepositoryName, isTag } from '../oci/reference.ts';
import { parseDigest } from '../oci/digest.ts';
import type { Finding } from '../walk/finding.ts';
import { referenceHost } from './reference-host.ts';
import { quoted } from './shell-word.ts';
import { TOOL_NAME } from './schema.ts';
import { isAttached } from './attached.ts';

/** Letters of a path that no shell makes anything of. */
const PLAIN_PATH = /^[\w./~%-]*$/;

/**
 * The command that asks for the broken image again, to be run once it was repaired.
 * Null where there is none: for storage on disk, and for a name that no shell should be handed.
 */
export function recheckCommand(finding: Finding, registryUrl: string): string | null {
  const reference = referenceOf(finding);
  const url = URL.parse(registryUrl);
  const place = url === null ? null : placeOf(url);
  if (reference === null || place === null) return null;
  return `${TOOL_NAME} verify${place.flags}${platformFlags(finding)}${checkFlag(finding)}${attachedFlag(finding)} ${quoted(`${place.host}/${reference}`)}`;
}

/** The host as references have it, and what has to be said besides of where it is. */
function placeOf(url: URL): { readonly host: string; readonly flags: string } | null {
  const host = referenceHost(url);
  if (host === null || !PLAIN_PATH.test(url.pathname)) return null;
  // A reference has no room for the path that a registry is below.
  if (url.pathname !== '/') return { host, flags: ` --registry-url ${quoted(`${url.origin}${url.pathname}`)}` };
  return { host, flags: url.protocol === 'http:' && !isLoopback(url.host) ? ' --insecure' : '' };
}

/** What the usual check of a blob does not see has to be looked at as closely as it was. */
function checkFlag({ object, fault, observed }: Finding): string {
  if (fault === 'not_unpackable') return ' --blob-check unpack';
  const isCutInside = fault === 'unreadable' && (observed.bytes ?? 0) > 0;
  const isOfBlob = object === 'config' || object === 'layer';
  return isOfBlob && (fault === 'digest_mismatch' || isCutInside) ? ' --blob-check full' : '';
}

/** What is attached is walked where it is asked for. */
function attachedFlag(finding: Finding): string {
  return isAttached(finding) ? ' --referrers' : '';
}

/** An image that lacks a platform is sound to whoever does not require it. */
function platformFlags({ fault, platforms }: Finding): string {
  if (fault !== 'platform_missing') return '';
  return platforms.map((platform) => ` --platform ${platform}`).join('');
}

/** Tags come from the registry, and people paste commands: only what the specification allows is put into one. */
function referenceOf({ repository, tags, path, digest }: Finding): string | null {
  if (repository === null || !isRepositoryName(repository)) return null;
  const tag = tags.find(isTag);
  if (tag !== undefined) return `${repository}:${tag}`;
  const pinned = path[0] ?? digest;
  if (tags.length > 0 || pinned === null || parseDigest(pinned).kind !== 'supported') return null;
  return `${repository}@${pinned}`;
}
