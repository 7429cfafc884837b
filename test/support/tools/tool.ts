import type { ModuleFolder } from './modules.ts';

/** A real program that the tests run, in the version that they were written against. */
export interface Tool {
  /** What the tests call it. */
  readonly name: string;
  /** The program's name on PATH, where it is another: two series of one program can be needed. */
  readonly program?: string;
  /**
   * Where it comes from when it is not there: a Debian package, `go install` of a Go package, a build of a Go package in
   * the module in the folder that is named, for what needs the `replace` lines of a module of its own, a Python package
   * in an environment of its own, or a Go program of ours, whose source is in the folder that is named as its package.
   */
  readonly kind: 'debian' | 'go' | 'module' | 'python' | 'own';
  readonly package: string;
  /** `2.8` takes every 2.8.x; `>=2.42` takes that and newer; a Go program that is built is built in `install`. */
  readonly version: string;
  /** Python packages that come with it in versions of their own, as pip writes them: `name==1.2.3`. */
  readonly beside?: readonly string[];
  /** The version to build, of the Go module or of the Python package; Debian installs what the release has. */
  readonly install?: string;
  /** The folder here of the module that it is built in. */
  readonly folder?: ModuleFolder;
  /** How to ask for its version; null where it cannot tell, so that being there is enough. */
  readonly versionArgs: readonly string[] | null;
  readonly why: string;
  /** Needed by these longer suites alone; without it, by `npm test`. */
  readonly suites?: readonly Suite[];
}

/**
 * The longer suites, which `npm test` leaves out. `gitea` is the part of `registries` that takes minutes to build, and
 * `node` is what a cluster with a kubelet needs besides.
 */
export const SUITES = ['registries', 'gitea', 'pullers', 'browser', 'cluster', 'node'] as const;
export type Suite = (typeof SUITES)[number];
