import { portOf } from '../oci/host.ts';
import { parseReference } from '../oci/reference.ts';

/** The host of an address as references have it; null where no reference can name it. */
export function referenceHost(url: URL): string | null {
  // Without a dot or a port, a name is read as the beginning of a repository's.
  const spellings = [url.host, `${url.hostname}:${portOf(url)}`];
  return url.host === '' ? null : (spellings.find((one) => parseReference(`${one}/name`).ok) ?? null);
}
