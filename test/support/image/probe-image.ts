import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';

import { makeBuildBase, makeRuntimeBase } from './base-images.ts';
import { type Called, type Docker, startDocker } from './docker.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

/** What the image's labels say of this build. */
export const BUILD = { version: '1.2.3-test', revision: 'f00dfeed', created: '2026-01-02T03:04:05Z' } as const;

/** The image, built from the Dockerfile on bases of this machine, since no base can be pulled in a test. */
export interface ProbeImage {
  readonly docker: Docker;
  /** Without a shell, as the default base. */
  readonly name: string;
  /** On a base that has a shell and Node elsewhere. */
  readonly slimName: string;
  readonly runtimeBase: string;
  /** Runs the probe in a new container, with Docker's options and the probe's arguments. */
  run(options: readonly string[], argv: readonly string[], name?: string): Promise<Called>;
  /** Removes the images and stops what was started. */
  remove(): Promise<void>;
}

/** Builds the image twice, on a base like the default one and on a slim one. Remove it when the tests are over. */
export async function buildProbeImage(): Promise<ProbeImage> {
  const docker = await startDocker();
  const tag = randomUUID();
  const named = (what: string): string => `probe-test-${what}:${tag}`;
  const buildBase = named('build');
  const runtimeBase = named('runtime');
  const name = named('distroless');
  const slimName = named('slim');
  const remove = (): Promise<void> => docker.stop([name, slimName, runtimeBase, buildBase]);
  try {
    await makeBuildBase(docker, buildBase);
    await makeRuntimeBase(docker, runtimeBase);
    await build(docker, name, buildBase, runtimeBase);
    await build(docker, slimName, buildBase, buildBase);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    docker,
    name,
    slimName,
    runtimeBase,
    run: (options, argv, image = name) => docker.call(['run', '--rm', ...options, image, ...argv]),
    remove,
  };
}

async function build(docker: Docker, name: string, buildBase: string, runtimeBase: string): Promise<void> {
  const platform = await docker.ask(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}']);
  const given = {
    BUILD_IMAGE: buildBase,
    RUNTIME_IMAGE: runtimeBase,
    BUILD_PLATFORM: platform.trim(),
    VERSION: BUILD.version,
    REVISION: BUILD.revision,
    CREATED: BUILD.created,
  };
  const options = Object.entries(given).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  await docker.ask(['build', '--network', 'host', ...options, '--tag', name, ROOT]);
}
