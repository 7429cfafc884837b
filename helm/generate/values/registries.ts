import * as z from 'zod';

import { Registry as Settings, Shards } from '../../../src/config/schema/registry.ts';
import { WALK_SHAPE } from '../../../src/config/schema/walk.ts';
import {
  CaBundle,
  ClientCertificate,
  count,
  extensible,
  labels,
  object,
  objects,
  removable,
  text,
  texts,
  toggle,
  variables,
} from './leaves.ts';
import { Storage } from './storage.ts';

/** These the chart mounts, and names in the config file by itself. */
const MOUNTED = ['caFile', 'certFile', 'keyFile'] as const;

/** How a registry is walked, under the names that the probe's own settings have. */
const WALK = nullable(Object.entries(WALK_SHAPE).filter(([name]) => !MOUNTED.some((mounted) => mounted === name)));

/** What the chart hands on from a registry's values to the config file as it is. */
const OWN = nullable(
  Object.entries(Settings.shape).filter(
    ([name]) => !(name in WALK_SHAPE) && !['url', 'auth', 'shards', ...MOUNTED].includes(name),
  ),
);

/** Names of the settings that a registry's values hand on as they are. */
export const HANDED_ON: readonly string[] = ['url', ...Object.keys(OWN), ...Object.keys(WALK)];

const Auth = z.strictObject({
  existingSecret: text.optional(),
  usernameKey: text.optional(),
  passwordKey: text.optional(),
  dockerConfigKey: text.optional(),
  pullSecret: text.optional(),
  dockerConfigFile: text.optional(),
  username: text.optional(),
  password: text.optional(),
  tokenHosts: Settings.shape.auth.unwrap().shape.tokenHosts.unwrap().optional(),
});

/** Who asks, and whom is trusted. */
const ACCESS = {
  auth: removable(Auth),
  caBundle: removable(CaBundle),
  clientCertificate: removable(ClientCertificate),
};

/** How all registries are asked and walked. */
export const RegistryDefaults = removable(extensible(z.strictObject({ ...WALK, ...ACCESS })));

/** Instead of what holds for all registries. */
const OVERRIDES = {
  schedule: removable(text),
  periodSeconds: removable(count(60)),
  timeZone: removable(text),
  suspend: removable(toggle),
  staleAfterSeconds: removable(count(1)),
  activeDeadlineSeconds: removable(count(1)),
  resources: object,
  nodeSelector: labels,
  tolerations: objects,
  affinity: object,
  topologySpreadConstraints: objects,
  priorityClassName: removable(text),
  podAnnotations: texts,
  podLabels: labels,
};

/** After what holds for all registries. */
const EXTRAS = {
  extraArgs: removable(z.array(text)),
  extraEnv: variables,
  extraVolumes: objects,
  extraVolumeMounts: objects,
  extraInitContainers: objects,
};

/** One registry; `null` takes one of another values file away. */
const Registry = removable(
  extensible(
    z.strictObject({
      enabled: toggle.optional(),
      // A registry that is not enabled needs none.
      url: text.optional(),
      ...OWN,
      ...WALK,
      shards: removable(Shards),
      storage: Storage,
      ...ACCESS,
      ...OVERRIDES,
      ...EXTRAS,
    }),
  ),
);

/** The registries by name; what a name may be, the templates say in a sentence. */
export const Registries = removable(z.record(z.string(), Registry));

/** Settings with their descriptions, each of which `null` takes away. */
function nullable(settings: readonly (readonly [string, z.ZodType])[]): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(settings.map(([name, schema]) => [name, removable(schema)]));
}
