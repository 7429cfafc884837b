import { onTestFinished } from 'vitest';

import { json } from '../../src/demo/answer.ts';
import { buildImage, type Image } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { registryError } from '../../src/demo/registry-error.ts';
import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import type { ReportedRegistry } from '../../src/report/schema.ts';
import { probe, runFlags } from '../support/probe.ts';
import { type Shown, shownIn } from '../support/shown.ts';
import { startStub } from '../support/servers/stub-http.ts';

/** What a run made of a registry, and what it pushed. */
export interface PushedRun {
  readonly code: number;
  readonly found: ReportedRegistry;
  /** How it was pushed: PUT takes the place of all that is known, POST leaves what it does not name. */
  readonly method: string;
  readonly shown: Shown;
}

/** A registry that can be told to fail, and who hears of it. */
export interface Scene extends DemoRegistry {
  readonly url: URL;
  run(env?: Readonly<Record<string, string>>): Promise<PushedRun>;
}

/** Starts an empty registry; it ends with the test. */
export async function startScene(): Promise<Scene> {
  const registry = createDemoRegistry();
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { ...registry, url, run: (env) => runAndPush(url, env) };
}

/** Runs over a registry and catches what would go to a Pushgateway. */
export async function runAndPush(url: URL, env: Readonly<Record<string, string>> = {}): Promise<PushedRun> {
  const gateway = await startStub((_, response) => response.writeHead(202).end());
  try {
    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin], env);
    const [pushed, ...others] = gateway.seen;
    if (pushed === undefined || others.length > 0)
      throw new Error(`pushed ${gateway.seen.length} times:\n${run.stderr}`);
    return { code: run.code, found: run.registry(), method: pushed.method, shown: shownIn(pushed.body) };
  } finally {
    await gateway.stop();
  }
}

/** An image of the least that there is: a manifest and a config. */
export function smallImage(seed: string): Image {
  return buildImage({ seed: `disguise/${seed}`, layers: 0 });
}

/** What a registry:2 says when its volume is gone: it has no repository, and never heard of any. */
export const VOLUME_GONE: FaultAction = {
  kind: 'rewrite',
  rewrite(normal, { kind }) {
    if (kind === 'base') return normal;
    if (kind === 'catalog') return json(200, { repositories: [] });
    if (kind === 'tags') return registryError('NAME_UNKNOWN');
    return registryError(kind === 'blob' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
  },
};
