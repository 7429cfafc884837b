import { isLoopback } from '../oci/host.ts';
import { isRepositoryName, isTag } from '../oci/reference.ts';
import { parseDigest } from '../oci/digest.ts';
import type { Finding } from '../walk/finding.ts';
import { TOOL_NAME } from './schema.ts';

/**
 * The command that asks for the broken image again, to be run once it was repaired.
 * Null where there is none: for storage on disk, and for a name that no shell should be handed.
 */
export function recheckCommand(finding: Finding, registryUrl: string): string | null {
  const reference = referenceOf(finding);
  const url = URL.parse(registryUrl);
  if (reference === null || url === null || url.host === '') return null;
  const insecure = url.protocol === 'http:' && !isLoopback(url.host) ? ' --insecure' : '';
  const check = finding.fault === 'not_unpackable' ? ' --blob-check unpack' : '';
  return `${TOOL_NAME} verify${insecure}${platformFlags(finding)}${check} ${url.host}/${reference}`;
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
