import { onTestFinished } from 'vitest';

import type { Image, Index } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';
import type { DemoStore } from '../../src/demo/store.ts';
import { serveTcp } from '../http/servers.ts';
import { probe, runFlags, type ProbeRun } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';

/** An image under a name. */
export interface Entry {
  readonly repository: string;
  readonly tag: string;
  readonly content: Image | Index;
}

/** A registry that behaves as badly as a test wants, and the whole program, which is to walk it. */
export interface Hostile {
  readonly registry: DemoRegistry;
  readonly store: DemoStore;
  readonly url: URL;
  /** Makes what fits go wrong; everything where nothing is said. */
  fail(action: FaultAction, when?: RequestMatch, limits?: { readonly after?: number; readonly times?: number }): void;
  /** Walks it as the CronJob does. */
  run(env?: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<ProbeRun>;
  /** What was asked so far: `GET /v2/_catalog?n=1000`. */
  asked(match?: RequestMatch): readonly string[];
}

/** Starts a registry that ends with the test. It holds `app:v1` and `single:v1` unless told otherwise. */
export async function startHostile(
  options: DemoRegistryOptions = {},
  content: readonly Entry[] = [app, single],
): Promise<Hostile> {
  const registry = createDemoRegistry(options);
  onTestFinished(() => registry.close());
  for (const { repository, tag, content: image } of content) registry.store.put(repository, tag, image);
  const url = await registry.listen();
  return {
    registry,
    url,
    store: registry.store,
    fail: (action, when = {}, limits = {}) => void registry.faults.add({ when, action, ...limits }),
    run: (env = {}, ...flags) => probe([...runFlags(url), ...flags], env),
    asked: (match = {}) => registry.requests.matching(match).map(inShort),
  };
}

/** What a run comes to, in lines that tests compare. */
export interface Outcome {
  readonly code: number;
  readonly verdict: string;
  /** As `app:v1 child/missing linux/arm64`. */
  readonly findings: readonly string[];
  /** As `app v1 protocol`; the catalog has no repository. */
  readonly unknowns: readonly string[];
}

/** A walk that saw everything, and found nothing. */
export const SOUND: Outcome = { code: 0, verdict: 'sound', findings: [], unknowns: [] };

/** Reads the outcome off the report. */
export function outcome(run: ProbeRun): Outcome {
  const { verdict, findings, unknowns } = run.registry();
  return {
    code: run.code,
    verdict,
    findings: findings.map(({ repository, tags, object, fault, platforms }) =>
      `${repository}:${tags.join(',')} ${object}/${fault} ${platforms.join(',')}`.trimEnd(),
    ),
    unknowns: unknowns.map(({ repository, reference, reason }) =>
      [repository, reference, reason].filter((part) => part !== null).join(' '),
    ),
  };
}

/** A walk that found these things broken, and saw everything. */
export function broken(...findings: readonly string[]): Outcome {
  return { code: 0, verdict: 'broken', findings, unknowns: [] };
}

/** A walk that could not tell, about these things. */
export function untold(...unknowns: readonly string[]): Outcome {
  return { code: 3, verdict: 'unknown', findings: [], unknowns };
}

/** Why the first thing that could not be told could not be. */
export function detailOf(run: ProbeRun): string {
  return run.registry().unknowns[0]?.detail ?? '';
}

/** Fits a request that asks for a part of a blob, or for all of it. */
export const RANGED = { kind: 'blob', method: 'GET', predicate: hasRange } as const;

function hasRange({ headers }: DemoRequest): boolean {
  return 'range' in headers;
}

function inShort({ method, path, search }: DemoRequest): string {
  return `${method} ${path}${search}`;
}

/** Where every connection is taken and ended at once: nobody else can come to listen there, as on a port that is free. */
export async function nobody(): Promise<URL> {
  const { url } = await serveTcp((socket) => socket.destroy());
  return url;
}
