import { RegistryUrl } from './schema/address.ts';

/** The longest name a registry may have. */
const MAX_LENGTH = 40;

/** A name for a registry that has none, made from its address: `http://127.0.0.1:5000` becomes `127-0-0-1-5000`. */
export function registryNameOf(url: string): string {
  const normal = RegistryUrl.safeParse(url).data;
  const host = normal === undefined ? url : new URL(normal).host;
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, MAX_LENGTH)
    .replace(/-$/, '');
  return name === '' ? 'registry' : name;
}
