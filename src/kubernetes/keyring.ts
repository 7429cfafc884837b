import { parseDockerKey } from '../oci/docker-key.ts';
import { hostOf, isHostOf, portOf } from '../oci/host.ts';

/** A key of a pull secret that is about a registry. */
export interface SecretKey {
  readonly key: string;
  /** What the names of its repositories begin with, after a slash: `/team`. Empty for all of them. */
  readonly path: string;
}

/**
 * The keys of a pull secret that are about the registry at an address, the one that goes first in front. A kubelet takes
 * globs: `*` stands for any part of one label, so that `*.example.com` is about `a.example.com`, and neither about
 * `a.b.example.com` nor about `example.com`. A port has to be the registry's own. The order is a kubelet's: backwards,
 * so that a longer path goes before a shorter one, and a host before a glob.
 * https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
export function keysFor(keys: readonly string[], address: URL): readonly SecretKey[] {
  return keys
    .flatMap((key) => {
      const parsed = parseDockerKey(key);
      if (parsed === null || !(isHostOf(parsed.host, address) || isGlobOf(parsed.host, address))) return [];
      return [{ key, path: parsed.path, order: parsed.host.toLowerCase() + parsed.path }];
    })
    .toSorted((a, b) => Number(a.order < b.order) - Number(a.order > b.order))
    .map(({ key, path }) => ({ key, path }));
}

/**
 * True when a key with this path is for the repository. A kubelet compares letters, not parts: `/team` is for `team/app`
 * and for `team-b/app`.
 */
export function isForRepository({ path }: SecretKey, repository: string): boolean {
  return `/${repository}`.startsWith(path);
}

const GLOB = /^([a-z0-9_.*-]+?)\.?(?::([0-9]{1,5}))?$/i;
const PORT = /:[0-9]+$/;

function isGlobOf(written: string, address: URL): boolean {
  const [, glob, port] = GLOB.exec(written) ?? [];
  if (glob?.includes('*') !== true) return false;
  if (port === undefined ? address.port !== '' : Number(port) !== Number(portOf(address))) return false;
  const globs = glob.toLowerCase().split('.');
  const labels = hostOf(address).replace(PORT, '').split('.');
  return globs.length === labels.length && globs.every((one, index) => matches(one, labels[index] ?? ''));
}

/** Takes the pieces between the stars in turn, each as early as it goes: nothing has to be tried twice. */
function matches(glob: string, label: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return glob === label;
  const end = label.length - last.length;
  if (!label.startsWith(first) || !label.endsWith(last) || end < first.length) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = label.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
