/** How the programs of a module here are built; the module's folder repeats the `replace` lines of their own. */
export interface ToolModule {
  readonly tags: readonly string[];
  /** Whether the build needs a C compiler; without, there is nothing that one or its headers could be missing for. */
  readonly needsC: boolean;
  /** The variables that the linker sets, so that a program tells its version. */
  linked(version: string): Readonly<Record<string, string>>;
}

/** The modules, by their folder. */
export const MODULES = {
  kubernetes: {
    tags: [],
    needsC: false,
    /** Helm asks the server for its version, which is a placeholder unless the linker is told. */
    linked(version) {
      const [major = '', minor = ''] = version.split('.');
      const variables = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
      return Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
      );
    },
  },
  gitea: {
    // Its other databases are servers.
    tags: ['sqlite', 'sqlite_unlock_notify'],
    needsC: true,
    linked: (version) => ({ 'main.Version': version }),
  },
} as const satisfies Readonly<Record<string, ToolModule>>;

export type ModuleFolder = keyof typeof MODULES;
