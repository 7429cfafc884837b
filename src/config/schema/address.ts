import * as z from 'zod';

import { firstBadNetwork } from '../../http/direct-networks.ts';
import { canonicalHost, isLoopback } from '../../oci/host.ts';

const REGISTRY_EXPECTED =
  'expected an http or https URL without credentials, query, fragment or /v2, such as https://registry.example.com';
const PUSHGATEWAY_EXPECTED =
  'expected an http or https URL without credentials, query or fragment, such as http://pushgateway.example.com:9091';
const PROXY_EXPECTED = 'expected the http or https URL of a proxy, or nothing';
const SIDECAR_EXPECTED = 'expected an http URL of this pod, such as http://127.0.0.1:15020/quitquitquit, or nothing';
const DIRECT_EXPECTED = 'expected hosts, domains and networks such as 10.0.0.0/8, separated by commas';
const HOST_EXPECTED = 'expected a host without a scheme or a path, such as registry.example.com:5000';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The root of a registry, without a slash at its end. */
export const RegistryUrl = normalized(REGISTRY_EXPECTED, (written) => {
  const url = hasScheme(written) ? written : `https://${written}`;
  const plain = plainUrl(url);
  return plain === null || /\/v[12]$/.test(plain) ? null : plain;
});

/** The base of a Pushgateway, which may have a path, without a slash at its end. */
export const PushgatewayUrl = normalized(PUSHGATEWAY_EXPECTED, plainUrl);

/** A proxy, which may have credentials; without a scheme, plain HTTP is meant, as curl takes it. */
export const ProxyUrl = normalized(PROXY_EXPECTED, (written) => {
  if (written === '') return '';
  const url = parseUrl(hasScheme(written) ? written : `http://${written}`);
  return url === null || url.search !== '' || url.hash !== '' ? null : url.href.replace(/\/$/, '');
});

/** What a container beside this one listens at, which is on a loopback address for it; empty for none. */
export const SidecarUrl = normalized(SIDECAR_EXPECTED, (written) => {
  const url = written === '' ? null : parseUrl(written);
  if (url === null) return written === '' ? '' : null;
  const isPlain = url.protocol === 'http:' && url.username === '' && url.password === '';
  return isPlain && isLoopback(url.host) ? url.href : null;
});

/** Hosts, domains and networks that are asked directly, separated by commas. */
export const NoProxy = z.string({ error: DIRECT_EXPECTED }).refine((written) => firstBadNetwork(written) === null, {
  error: ({ input }) => `${DIRECT_EXPECTED}; no network is '${firstBadNetwork(String(input)) ?? ''}'`,
});

/** A host with its port, in the one spelling that it has here; Docker Hub under the name that images have. */
export const Host = normalized(HOST_EXPECTED, (written) => canonicalHost(written));

/** True when the address says how to speak to it; without a scheme, https is meant. */
export function hasScheme(address: string): boolean {
  return SCHEME.test(address);
}

function plainUrl(written: string): string | null {
  const url = parseUrl(written);
  if (url === null || url.username !== '' || url.password !== '' || /[?#@]/.test(written)) return null;
  // Over TLS, a name with the root's dot is none that servers or certificates know.
  url.hostname = url.hostname.replace(/\.$/, '');
  return url.href.replace(/\/+$/, '');
}

function parseUrl(written: string): URL | null {
  // The URL parser forgives blanks, `http:host` and `https://http:/host`; a person who wrote them meant something else.
  const authority = /^https?:\/\/([^/?#]+)/i.exec(written)?.[1];
  if (authority === undefined || canonicalHost(authority.replace(/^.*@/, '')) === null || /\s/.test(written))
    return null;
  return URL.canParse(written) ? new URL(written) : null;
}

function normalized(
  error: string,
  normalize: (written: string) => string | null,
): z.ZodPipe<z.ZodString, z.ZodTransform<string, string>> {
  return z.string({ error }).transform((input, context) => {
    const value = normalize(input);
    if (value !== null) return value;
    context.issues.push({ code: 'custom', message: error, input });
    return z.NEVER;
  });
}
