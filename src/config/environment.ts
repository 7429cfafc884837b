import { coerce } from './coerce.ts';
import { checkGiven, type Given, type Layer } from './given.ts';
import { withoutLineEnd } from './line-end.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problem.ts';
import { REGISTRY_SETTINGS, TOP_LEVEL_SETTINGS, topLevelSetting, type Setting } from './setting.ts';

/** Environment variables as they were handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the config file. */
export const CONFIG_VARIABLE = 'PROBE_CONFIG';

/**
 * What Kubernetes injects into every pod for a Service called `probe` or `probe-…`: not settings of ours.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const SERVICE_LINK =
  /^PROBE_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

const STANDARD_PROXIES = [
  ['proxy.http', 'HTTP_PROXY'],
  ['proxy.https', 'HTTPS_PROXY'],
  ['proxy.no', 'NO_PROXY'],
] as const;

/** What the environment gives: once for the run, and for single registries of the config file. */
export interface EnvironmentLayers {
  readonly topLevel: Layer;
  readonly registries: ReadonlyMap<string, Layer>;
}

/** The variable of a setting: `confirm.delay` is `PROBE_CONFIRM_DELAY`. */
export function environmentName(path: string): string {
  const words = path.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return `PROBE_${words.replace(/[.-]/g, '_').toUpperCase()}`;
}

/**
 * Reads all `PROBE_` variables; an empty one counts as not set, and a newline at the end is none of the value.
 * `registries` are the names that the config file has; null when it could not be read, and nothing is known of them.
 */
export function readEnvironment(
  env: Environment,
  registries: readonly string[] | null,
  problems: Problems,
): EnvironmentLayers {
  const known = new Map<string, Target>();
  /** What else a name may mean: `lab` has a `maxConcurrency`, `lab-max` a `concurrency`. */
  const second = new Map<string, Target>();
  for (const setting of TOP_LEVEL_SETTINGS) known.set(environmentName(setting.path), { setting, registry: null });
  for (const registry of registries ?? []) {
    for (const setting of REGISTRY_SETTINGS) {
      const name = environmentName(`registries.${registry}.${setting.path}`);
      (known.has(name) ? second : known).set(name, { setting, registry });
    }
  }

  const topLevel = new Map<string, Given>();
  const layers = new Map<string, Map<string, Given>>((registries ?? []).map((name) => [name, new Map()]));
  for (const [origin, asGiven] of Object.entries(env)) {
    const written = withoutLineEnd(asGiven ?? '');
    if (written === '' || !origin.startsWith('PROBE_') || origin === CONFIG_VARIABLE) continue;
    const target = known.get(origin);
    if (target === undefined) {
      const mayBeKnown = registries === null && origin.startsWith('PROBE_REGISTRIES_');
      if (!mayBeKnown && !SERVICE_LINK.test(origin)) {
        problems.add(origin, '', describeUnknown(origin, [...known.keys()], registries ?? []));
      }
      continue;
    }
    const { setting, registry } = target;
    const path = pathOf(target);
    const other = second.get(origin);
    if (other !== undefined) {
      problems.add(origin, '', `may be ${path} or ${pathOf(other)}; say it in the config file`);
      continue;
    }
    const given = { value: coerce(setting.kind, written), origin, path };
    checkGiven(setting, given, problems);
    (registry === null ? topLevel : layers.get(registry))?.set(setting.path, given);
  }
  return { topLevel, registries: layers };
}

interface Target {
  readonly setting: Setting;
  /** Null for a setting of the top level. */
  readonly registry: string | null;
}

function pathOf({ setting, registry }: Target): string {
  return registry === null ? setting.path : `registries.${registry}.${setting.path}`;
}

/** The proxies that the usual variables name, lower case first, as curl reads them; only where `given` says nothing. */
export function readStandardProxies(env: Environment, given: Layer, problems: Problems): Layer {
  const layer = new Map<string, Given>();
  for (const [path, variable] of STANDARD_PROXIES) {
    const origin = [variable.toLowerCase(), variable].find((name) => (env[name] ?? '') !== '');
    if (origin === undefined || given.has(path)) continue;
    const proxy = { value: env[origin], origin, path };
    checkGiven(topLevelSetting(path), proxy, problems);
    layer.set(path, proxy);
  }
  return layer;
}

function describeUnknown(name: string, known: readonly string[], registries: readonly string[]): string {
  const near = nearest(name, [...known, CONFIG_VARIABLE]);
  if (near !== null) return `unknown variable; did you mean ${near}?`;
  if (!name.startsWith('PROBE_REGISTRIES_')) return 'unknown variable';
  const names = registries.length === 0 ? 'it has none' : `it has ${registries.join(', ')}`;
  return `unknown variable; it fits no registry of the config file (${names})`;
}
