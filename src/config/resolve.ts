import type { ContentReader } from './content.ts';
import { isGiven, pickPaths, treeOf, type Given, type Layer } from './given.ts';
import { withoutLineEnd } from './line-end.ts';
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
): Promise<Resolution<Omit<Settings, 'registries' | 'registryName'>>> {
  const ca = await content.certificates(topLevel.get('caFile'));
  const clientCertificate = await content.clientCertificate(topLevel.get('certFile'), topLevel.get('keyFile'));
  const pushgatewayTls = {
    ca: await content.certificates(topLevel.get('pushgateway.caFile')),
    clientCertificate: await content.clientCertificate(
      topLevel.get('pushgateway.certFile'),
      topLevel.get('pushgateway.keyFile'),
    ),
  };
  const passwordFromFile = await content.secret(topLevel.get('pushgateway.passwordFile'));
  const bearerToken = await content.secret(topLevel.get('pushgateway.bearerTokenFile'));

  return () => {
    const { pushgateway, ...run } = Run.parse(treeOf(pickPaths(topLevel, RUN_PATHS)));
    const walk = withoutTlsFiles(Walk.parse(treeOf(pickPaths(topLevel, WALK_PATHS))));
    const { passwordFile: _passwordFile, bearerTokenFile: _tokenFile, ...gateway } = withoutTlsFiles(pushgateway);
    return {
      ...run,
      pushgateway: {
        ...gateway,
        username: userOf(gateway),
        password: passwordFromFile ?? gateway.password,
        bearerToken,
        ...pushgatewayTls,
      },
      walk: { ...walk, ca, clientCertificate },
    };
  };
}

/** Reads the files that a registry names; the result has to be asked for only when no problem was found. */
export async function resolveRegistry(
  { name, layer }: NamedLayer,
  content: ContentReader,
): Promise<Resolution<RegistrySettings>> {
  const ca = await content.certificates(layer.get('caFile'));
  const clientCertificate = await content.clientCertificate(layer.get('certFile'), layer.get('keyFile'));
  const passwordFromFile = await content.secret(layer.get('auth.passwordFile'));
  const dockerConfig = await content.json(layer.get('auth.dockerConfigFile'));
  const hasCredentials = AUTH_PATHS.some((path) => isGiven(layer.get(path)));

  return () => {
    const { auth, expectAuth, ...registry } = withoutTlsFiles(Registry.parse(treeOf(layer)));
    return {
      name,
      ...registry,
      schemeGiven: isWrittenWithScheme(layer.get('url')),
      expectAuth: expectAuth ?? hasCredentials,
      auth: {
        username: userOf(auth),
        password: passwordFromFile ?? auth.password,
        dockerConfig,
        pullSecret: auth.pullSecret,
        tokenHosts: auth.tokenHosts,
      },
      ca,
      clientCertificate,
    };
  };
}

function userOf({ username }: { readonly username: string | null }): string | null {
  return username === null ? null : withoutLineEnd(username);
}

const AUTH_PATHS: readonly string[] = ['auth.username', 'auth.dockerConfigFile', 'auth.pullSecret'];

function withoutTlsFiles<
  T extends { readonly caFile: unknown; readonly certFile: unknown; readonly keyFile: unknown },
>({ caFile: _caFile, certFile: _certFile, keyFile: _keyFile, ...rest }: T): Omit<T, 'caFile' | 'certFile' | 'keyFile'> {
  return rest;
}

function isWrittenWithScheme(url: Given | undefined): boolean {
  return typeof url?.value === 'string' && hasScheme(url.value);
}
