import { stringify } from 'yaml';

/** Where S3 is spoken, and a bucket there. */
export interface ObjectStorage {
  readonly endpoint: URL;
  readonly bucket: string;
}

/** What tests change about a registry's configuration. */
export interface RegistryConfig {
  /** Where it listens: `127.0.0.1`, or `0.0.0.0` for pods. */
  readonly address: string;
  readonly port: number;
  /** The folder that `docker/registry/v2` is in, or the object storage, to which clients are sent for blobs. */
  readonly storage: string | ObjectStorage;
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
      ...driverOf(config.storage),
      delete: { enabled: config.deleteEnabled },
    },
    http: { addr: `${config.address}:${config.port}`, headers: { 'X-Content-Type-Options': ['nosniff'] } },
    ...(config.htpasswdFile === null ? {} : { auth: { htpasswd: { realm: 'test', path: config.htpasswdFile } } }),
    ...(config.proxyRemote === null ? {} : { proxy: { remoteurl: config.proxyRemote } }),
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
  });
}

function driverOf(storage: RegistryConfig['storage']): object {
  if (typeof storage === 'string') return { filesystem: { rootdirectory: storage } };
  const { endpoint, bucket } = storage;
  // The keys are anything: nobody looks at them.
  const keys = { accesskey: 'test', secretkey: 'test', region: 'us-east-1' };
  return { s3: { ...keys, regionendpoint: endpoint.origin, bucket, secure: false, forcepathstyle: true } };
}
