import type { ContentReader } from './content.ts';
import { isGiven, pickPaths, treeOf, type Given, type Layer } from './given.ts';
import type { NamedLayer } from './registries.ts';
import { hasScheme } from './schema/address.ts';
import { Registry } from './schema/registry.ts';
import { Run, Walk } from './schema.ts';
import { RUN_PATHS, WALK_PATHS } from './setting.ts';
import type { RegistrySettings, Settings } from './settings.ts';

/** What is still to be done once every problem has been told: values that are known to be good, as a result. */
export type Resolution<T> = () => T;

/** Reads the files that the top level names; the result has to be asked for only when no problem was found. */
export async function resolveTopLevel(
  topLevel: Layer,
  content: ContentReader,
): Promise<Resolution<Omit<Settings, 'registries'>>> {
  const ca = await content.certificates(topLevel.get('caFile'));
  const pushgatewayCa = await content.certificates(topLevel.get('pushgateway.caFile'));
  const passwordFromFile = await content.secret(topLevel.get('pushgateway.passwordFile'));
  const bearerToken = await content.secret(topLevel.get('pushgateway.bearerTokenFile'));

  return () => {
    const { pushgateway, ...run } = Run.parse(treeOf(pickPaths(topLevel, RUN_PATHS)));
    const { caFile: _caFile, ...walk } = Walk.parse(treeOf(pickPaths(topLevel, WALK_PATHS)));
    const {
      passwordFile: _passwordFile,
      bearerTokenFile: _tokenFile,
      caFile: _pushgatewayCa,
      ...gateway
    } = pushgateway;
    return {
      ...run,
      pushgateway: { ...gateway, password: passwordFromFile ?? gateway.password, bearerToken, ca: pushgatewayCa },
      walk: { ...walk, ca },
    };
  };
}

/** Reads the files that a registry names; the result has to be asked for only when no problem was found. */
export async function resolveRegistry(
  { name, layer }: NamedLayer,
  content: ContentReader,
): Promise<Resolution<RegistrySettings>> {
  const ca = await content.certificates(layer.get('caFile'));
  const passwordFromFile = await content.secret(layer.get('auth.passwordFile'));
  const dockerConfig = await content.json(layer.get('auth.dockerConfigFile'));
  const hasCredentials = AUTH_PATHS.some((path) => isGiven(layer.get(path)));

  return () => {
    const { auth, caFile: _caFile, expectAuth, ...registry } = Registry.parse(treeOf(layer));
    return {
      name,
      ...registry,
      schemeGiven: isWrittenWithScheme(layer.get('url')),
      expectAuth: expectAuth ?? hasCredentials,
      auth: { username: auth.username, password: passwordFromFile ?? auth.password, dockerConfig },
      ca,
    };
  };
}

const AUTH_PATHS: readonly string[] = ['auth.username', 'auth.dockerConfigFile'];

function isWrittenWithScheme(url: Given | undefined): boolean {
  return typeof url?.value === 'string' && hasScheme(url.value);
}
