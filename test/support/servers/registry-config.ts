import { stringify } from 'yaml';

/** What tests change about a registry's configuration. */
export interface RegistryConfig {
  readonly port: number;
  /** The folder that `docker/registry/v2` is in. */
  readonly storage: string;
  readonly cache: 'inmemory' | 'none';
  readonly deleteEnabled: boolean;
  /** An htpasswd file with bcrypt hashes; null for a registry that asks for no password. */
  readonly htpasswdFile: string | null;
  /** Null for a registry that is no pull-through cache. */
  readonly proxyRemote: string | null;
}

/** The configuration that registry:2 ships with, as YAML, with only what a test needs changed. */
export function registryConfig(config: RegistryConfig): string {
  return stringify({
    version: '0.1',
    log: { fields: { service: 'registry' } },
    storage: {
      ...(config.cache === 'none' ? {} : { cache: { blobdescriptor: config.cache } }),
      filesystem: { rootdirectory: config.storage },
      delete: { enabled: config.deleteEnabled },
    },
    http: { addr: `127.0.0.1:${config.port}`, headers: { 'X-Content-Type-Options': ['nosniff'] } },
    ...(config.htpasswdFile === null ? {} : { auth: { htpasswd: { realm: 'test', path: config.htpasswdFile } } }),
    ...(config.proxyRemote === null ? {} : { proxy: { remoteurl: config.proxyRemote } }),
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
  });
}
