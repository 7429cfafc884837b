import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type ReverseProxy, startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { certificate } from './servers.ts';

/** The authority of the certificates, for `--ca-file`. */
export const AUTHORITY_FILE = join(import.meta.dirname, '../support/tls/authority.pem');

/** A registry with two images, gone when the test is. */
export interface Demo {
  readonly registry: DemoRegistry;
  readonly url: URL;
}

/** Starts a registry that has `app:v1` and `single:v1`. */
export async function startDemo(options: DemoRegistryOptions = {}): Promise<Demo> {
  const registry = createDemoRegistry(options);
  for (const { repository, tag, content } of [app, single]) registry.store.put(repository, tag, content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { registry, url };
}

/** Another address for a server: one more plain one, or one that is spoken to over TLS. */
export async function addressFor(target: URL, protocol: 'http' | 'https'): Promise<ReverseProxy> {
  const proxy = await startReverseProxy(target, protocol === 'https' ? certificate('server') : null);
  onTestFinished(() => proxy.stop());
  return proxy;
}
