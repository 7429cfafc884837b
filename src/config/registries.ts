import type { EnvironmentLayers } from './environment.ts';
import { isGiven, layerOf, mergeLayers, pickPaths, type Given, type Layer } from './given.ts';
import type { Problems } from './problem.ts';
import { registryNameOf } from './registry-name.ts';
import { REGISTRY_SETTINGS, WALK_PATHS } from './setting.ts';
import { isTree, valueAt, type Tree } from './tree.ts';

/** A registry with what everybody gave to its settings. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
}

/** What is known before the registries are put together. */
export interface RegistrySources {
  readonly file: Tree;
  /** How the file is called in messages. */
  readonly fileOrigin: string;
  readonly fileTopLevel: Layer;
  readonly environment: EnvironmentLayers;
  readonly flags: Layer;
}

/** The names under `registries` of a config file. */
export function registryNames(file: Tree): readonly string[] {
  const registries = valueAt(file, ['registries']);
  return isTree(registries) ? Object.keys(registries) : [];
}

/**
 * The registries of the file and the one of the flags, sorted by name.
 * A setting of the top level goes before a registry's own when it comes from a stronger origin: flags are stronger
 * than the environment, and that than the file.
 */
export function collectRegistries(sources: RegistrySources, problems: Problems): readonly NamedLayer[] {
  const { file, fileOrigin, fileTopLevel, environment, flags } = sources;
  const registries = registryNames(file).map((name): NamedLayer => {
    const layer = mergeLayers(
      pickPaths(fileTopLevel, WALK_PATHS),
      layerOf(file, REGISTRY_SETTINGS, fileOrigin, ['registries', name]),
      pickPaths(environment.topLevel, WALK_PATHS),
      environment.registries.get(name) ?? new Map<string, Given>(),
      pickPaths(flags, WALK_PATHS),
    );
    if (!layer.has('url')) reportNoUrl(fileOrigin, `registries.${name}.url`, problems);
    return { name, layer };
  });

  const single = singleRegistry(mergeLayers(fileTopLevel, environment.topLevel, flags), problems);
  if (single === null) return registries.toSorted(byName);
  if (registries.some(({ name }) => name === single.name)) {
    const { origin, path } = single.named;
    problems.add(origin, path, `'${single.name}' is a registry of ${fileOrigin} already; give it another name`);
  }
  return [...registries, { name: single.name, layer: single.layer }].toSorted(byName);
}

/** The registry of the flags: `registry.url` and what goes with it. */
function singleRegistry(topLevel: Layer, problems: Problems): (NamedLayer & { readonly named: Given }) | null {
  const url = topLevel.get('registry.url');
  const name = topLevel.get('registry.name');
  const username = topLevel.get('registry.username');
  const password = topLevel.get('registry.password');
  const tokenHosts = topLevel.get('registry.tokenHosts');
  if (!isGiven(url)) {
    for (const { origin, path } of [name, username, password, tokenHosts].filter(isGiven)) {
      problems.add(origin, path, 'needs the address of its registry: give --registry-url or PROBE_REGISTRY_URL');
    }
    return null;
  }

  const layer = new Map(pickPaths(topLevel, WALK_PATHS));
  layer.set('url', url);
  if (isGiven(username)) layer.set('auth.username', username);
  if (isGiven(password)) layer.set('auth.password', password);
  if (isGiven(tokenHosts)) layer.set('auth.tokenHosts', tokenHosts);
  const named = isGiven(name) ? name : url;
  return { name: String(isGiven(name) ? name.value : registryNameOf(String(url.value))), layer, named };
}

function reportNoUrl(origin: string, path: string, problems: Problems): void {
  const url = REGISTRY_SETTINGS.find((setting) => setting.path === 'url');
  const expected = url?.schema.safeParse(undefined).error?.issues[0]?.message;
  problems.add(origin, path, `required; ${expected}`);
}

function byName(a: NamedLayer, b: NamedLayer): number {
  return a.name < b.name ? -1 : 1;
}
