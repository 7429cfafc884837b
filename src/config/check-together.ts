import { checkPullSecret } from './check-kubernetes.ts';
import { isGiven, type Layer } from './given.ts';
import type { Problems } from './problem.ts';
import type { NamedLayer } from './registries.ts';

/** Tells which settings of a registry do not go together. */
export function checkRegistry({ layer }: NamedLayer, problems: Problems): void {
  checkLogin(layer, 'auth.', problems);
  checkPullSecret(layer, problems);
  checkClientCertificate(layer, '', problems);
  const source = layer.get('repositories.source');
  const include = layer.get('repositories.include')?.value;
  if (source?.value === 'list' && (!Array.isArray(include) || include.length === 0)) {
    problems.add(source.origin, source.path, "'list' needs names in repositories.include");
  }
}

/** Tells which settings of the Pushgateway do not go together. */
export function checkPushgateway(topLevel: Layer, problems: Problems): void {
  checkLogin(topLevel, 'pushgateway.', problems);
  checkClientCertificate(topLevel, 'pushgateway.', problems);
  const username = topLevel.get('pushgateway.username');
  const token = topLevel.get('pushgateway.bearerTokenFile');
  if (isGiven(token) && isGiven(username)) {
    problems.add(token.origin, token.path, 'a bearer token and a username exclude each other');
  }
}

/** Tells what `scan` cannot do, or does not know what for. */
export function checkScan(topLevel: Layer, problems: Problems): void {
  const untagged = topLevel.get('scan.deleteUntagged');
  if (untagged?.value === true && topLevel.get('scan.beforeGc')?.value !== true) {
    problems.add(untagged.origin, untagged.path, 'is for scan.beforeGc (--before-gc), which is not set');
  }
  const check = topLevel.get('blobCheck');
  if (check?.value === 'unpack') {
    problems.add(check.origin, check.path, 'scan unpacks no layers: expected head, tail or full');
  }
}

/** Tells when a client certificate is given without its key, or the other way around. */
export function checkClientCertificate(layer: Layer, prefix: string, problems: Problems): void {
  const cert = layer.get(`${prefix}certFile`);
  const key = layer.get(`${prefix}keyFile`);
  if (isGiven(cert) && !isGiven(key)) problems.add(cert.origin, cert.path, 'a client certificate needs keyFile too');
  if (isGiven(key) && !isGiven(cert)) problems.add(key.origin, key.path, 'a private key needs certFile too');
}

function checkLogin(layer: Layer, prefix: string, problems: Problems): void {
  const username = layer.get(`${prefix}username`);
  const password = layer.get(`${prefix}password`);
  const passwordFile = layer.get(`${prefix}passwordFile`);
  if (isGiven(password) && isGiven(passwordFile)) {
    problems.add(passwordFile.origin, passwordFile.path, 'password and passwordFile exclude each other');
  }
  if (isGiven(username)) {
    if (isGiven(password) || isGiven(passwordFile)) return;
    const needed = username.path === 'registry.username' ? 'PROBE_REGISTRY_PASSWORD' : 'password or passwordFile';
    problems.add(username.origin, username.path, `a username needs ${needed} too`);
    return;
  }
  for (const { origin, path } of [password, passwordFile].filter(isGiven)) {
    const needed = path === 'registry.password' ? 'PROBE_REGISTRY_USERNAME' : 'username';
    problems.add(origin, path, `a password needs ${needed} too`);
  }
}
