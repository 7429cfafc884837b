/** A real program that the tests run, in the version that they were written against. */
export interface Tool {
  /** The program's name on PATH. */
  readonly name: string;
  /** Where it comes from when it is not there: a Debian package, or `go install` of a Go package. */
  readonly kind: 'debian' | 'go';
  readonly package: string;
  /** `2.8` takes every 2.8.x; `>=2.42` takes that and newer; a Go program that is built is built in `install`. */
  readonly version: string;
  /** The Go module version to build; Debian installs what the release has. */
  readonly install?: string;
  /** How to ask for its version; null where it cannot tell, so that being there is enough. */
  readonly versionArgs: readonly string[] | null;
  readonly why: string;
}

/** Every program that the tests need, once. */
export const TOOLS = [
  {
    name: 'docker-registry',
    kind: 'debian',
    package: 'docker-registry',
    version: '2.8',
    versionArgs: ['--version'],
    why: 'the registry whose damage the probe has to see; 3.x answers differently',
  },
  {
    name: 'promtool',
    kind: 'debian',
    package: 'prometheus',
    version: '>=2.42',
    versionArgs: ['--version'],
    why: 'checks metrics and alert rules',
  },
  {
    name: 'prometheus-pushgateway',
    kind: 'debian',
    package: 'prometheus-pushgateway',
    version: '>=1.5',
    versionArgs: ['--version'],
    why: 'takes the pushes',
  },
  {
    name: 'htpasswd',
    kind: 'debian',
    package: 'apache2-utils',
    version: '>=2.4',
    versionArgs: null,
    why: 'writes the password file of a registry that asks for one',
  },
  {
    name: 'skopeo',
    kind: 'debian',
    package: 'skopeo',
    version: '>=1.9',
    versionArgs: ['--version'],
    why: 'pushes and pulls as a real client does',
  },
  {
    name: 'openssl',
    kind: 'debian',
    package: 'openssl',
    version: '>=3.0',
    versionArgs: ['version'],
    why: 'makes certificates for servers that speak TLS',
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof TOOLS)[number]['name'];
