import { parseDigest } from '../oci/digest.ts';
import { hostOf } from '../oci/host.ts';
import { isRepositoryName, parseReference } from '../oci/reference.ts';
import type { NodeCopy, RegistryCopy } from '../walk/copy.ts';
import type { Finding } from '../walk/finding.ts';
import { referenceHost } from './reference-host.ts';
import { PLAIN_WORD, quoted } from './shell-word.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const PLAIN_NODE = /^[a-z0-9][a-z0-9.-]*$/;
const PLAIN_PLATFORM = /^[a-z0-9]+\/[a-z0-9]+$/;

/** A copy, with what brings it back. */
export interface CopyAdvice {
  readonly where: string;
  /** In another repository of the registry itself, in another registry, or on a node, of which nobody has looked at it. */
  readonly place: 'own' | 'other' | 'node';
  /** As one would ask for it: by digest. */
  readonly reference: string;
  /** What brings it back; null where no command does. */
  readonly command: string | null;
  /** What sends a part of what was got out of a node back, to be run after the command. */
  readonly putBack?: string;
}

/** A finding's copies with what brings each of them back to where it is broken; none of them writes to a tag. */
export function copyAdvice(finding: Finding, registryUrl: string): readonly CopyAdvice[] {
  const { copies = [], repository } = finding;
  return copies.flatMap((copy): CopyAdvice[] => {
    if (copy.kind === 'node') return [nodeAdvice(copy, finding, URL.parse(registryUrl))];
    const url = URL.parse(copy.url);
    if (url === null) return [];
    const address = `${hostOf(url)}${url.pathname.replace(/\/+$/, '')}`;
    const reference = `${address}/${copy.repository}@${copy.digest}`;
    const place = copy.isOwn ? 'own' : 'other';
    const command = commandFor(copy, url, repository, URL.parse(registryUrl));
    return [{ where: copy.where, place, reference, command }];
  });
}

/** What gets an image out of a node: into a file, for what it is short of has to come from elsewhere. */
function nodeAdvice({ where, image, platform }: NodeCopy, finding: Finding, target: URL | null): CopyAdvice {
  const parsed = parseReference(image);
  const isName = parsed.ok && PLAIN_WORD.test(image) && !image.startsWith('-');
  const isPlain = PLAIN_NODE.test(where) && PLAIN_PLATFORM.test(platform) && isName;
  const command = `ctr --namespace k8s.io images export --platform ${platform} image.tar ${image}`;
  const putBack = isPlain ? putBackCommand(finding, target) : null;
  const advice = {
    where: `node ${where}`,
    place: 'node',
    reference: image,
    command: isPlain ? command : null,
  } as const;
  return putBack === null ? advice : { ...advice, putBack };
}

/** Sends a single blob from the file; with its digest, so that nothing else is taken for it, nor the nothing that comes of a file without it. */
function putBackCommand({ object, digest, repository }: Finding, target: URL | null): string | null {
  const here = target === null ? null : placeOf(target);
  const isOfBlob = object === 'config' || object === 'layer';
  if (!isOfBlob || here === null || digest === null || repository === null || !isRepositoryName(repository))
    return null;
  const parsed = parseDigest(digest);
  if (parsed.kind !== 'supported') return null;
  const path = `blobs/${digest.replace(':', '/')}`;
  const put = ['regctl', ...hostFlags([here]), 'blob', 'put', '--digest', digest, `${here.host}/${repository}`];
  return `tar -xOf image.tar ${path} | ${put.map(quoted).join(' ')}`;
}

/**
 * `regctl` keeps digests and all platforms, and with `--force-recursive` it looks below manifests that are there, which is
 * where what is lost is lost: `crane copy` does not, and takes an image whose manifest is there for whole. It is the one
 * that brings back a single blob, too. Names come from registries, and people paste commands: only what the specification
 * allows is put into one.
 */
function commandFor(
  { part, repository: from, digest }: RegistryCopy,
  source: URL,
  to: string | null,
  target: URL | null,
): string | null {
  const hosts = target === null ? [] : [placeOf(source), placeOf(target)];
  const [there, here] = hosts;
  if (there === null || here === null || there === undefined || here === undefined) return null;
  if (to === null || !isRepositoryName(from) || !isRepositoryName(to) || parseDigest(digest).kind !== 'supported') {
    return null;
  }
  const what =
    part === 'blob'
      ? ['blob', 'copy', `${there.host}/${from}`, `${here.host}/${to}`, digest]
      : ['image', 'copy', '--force-recursive', `${there.host}/${from}@${digest}`, `${here.host}/${to}@${digest}`];
  return ['regctl', ...hostFlags([there, here]), ...what].map(quoted).join(' ');
}

function hostFlags(places: readonly Place[]): readonly string[] {
  const plain = new Set(places.filter(({ isPlain }) => isPlain).map(({ host }) => host));
  return [...plain].flatMap((host) => ['--host', `reg=${host},tls=disabled`]);
}

interface Place {
  readonly host: string;
  readonly isPlain: boolean;
}

/** A reference has no room for the path that a registry is below. */
function placeOf(url: URL): Place | null {
  const host = url.pathname === '/' ? referenceHost(url) : null;
  return host === null ? null : { host, isPlain: url.protocol === 'http:' };
}
