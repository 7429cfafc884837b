import type * as z from 'zod';

import type { ClientCertificate } from '../http/options.ts';
import type { Pushgateway } from './schema/pushgateway.ts';
import type { Registry } from './schema/registry.ts';
import type { Run, Walk } from './schema.ts';

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** Certificates to trust in addition to the system's roots, and one to show, in PEM; null for none. */
interface Tls {
  readonly ca: string | null;
  readonly clientCertificate: ClientCertificate | null;
}

/** The settings that say which files these are in. */
type TlsFile = 'caFile' | 'certFile' | 'keyFile';

/** How a registry is walked. Durations are milliseconds. */
export type WalkSettings = Frozen<Omit<z.output<typeof Walk>, TlsFile>> & Tls;

/** As whom a registry is asked. The user's own name and password go before what a Docker config says. */
export interface RegistryAuth {
  readonly username: string | null;
  readonly password: string | null;
  /** The text of a Docker config.json: a JSON mapping. */
  readonly dockerConfig: string | null;
  /** The name of a pull secret in the cluster. */
  readonly pullSecret: string | null;
  /** Hosts of token services that `insecure` holds for, beside the registry's own. */
  readonly tokenHosts: readonly string[];
}

/** One registry, with everything resolved. */
export type RegistrySettings = WalkSettings &
  Frozen<Pick<z.output<typeof Registry>, 'url' | 'kind' | 'hosts' | 'shards' | 'copies' | 'onlyForCopies'>> & {
    readonly name: string;
    /** False when the URL was written without `http://` or `https://`, and https was only assumed. */
    readonly schemeGiven: boolean;
    /** True when an anonymous request must be refused. */
    readonly expectAuth: boolean;
    readonly auth: RegistryAuth;
  };

/** Where the metrics go. */
export type PushgatewaySettings = Frozen<
  Omit<z.output<typeof Pushgateway>, 'passwordFile' | 'bearerTokenFile' | TlsFile>
> &
  Tls & { readonly bearerToken: string | null };

/** Everything a command is told. Durations are milliseconds. */
export type Settings = Frozen<Omit<z.output<typeof Run>, 'pushgateway'>> & {
  readonly pushgateway: PushgatewaySettings;
  /** What the top level says about walks, for registries that are not listed. */
  readonly walk: WalkSettings;
  /** The name that is given by a flag or the environment, for `scan`; null without one. */
  readonly registryName: string | null;
  /** Sorted by name. */
  readonly registries: readonly RegistrySettings[];
};
