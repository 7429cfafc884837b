import type { RegistrySettings, Settings } from '../../config/settings.ts';
import { registryNameOf } from '../../config/registry-name.ts';
import type { Reference } from '../../oci/reference.ts';
import { chooseOrigin } from '../../registry/origin.ts';
import { walkReferences } from '../../walk/reference-walk.ts';
import type { RegistryOutcome } from '../../walk/result.ts';
import { exitCodeOf, EXIT, type ExitCode } from '../exit-codes.ts';
import { watchLimits, type Limits } from '../limits.ts';
import { present } from '../present.ts';
import { openSession, openTransport, type CommandDeps, type Target } from '../session.ts';
import { walkOptions } from '../walk-options.ts';
import { logOutcome, type Watch } from '../watch.ts';

/** Between two attempts while waiting for an image to become sound; in milliseconds. */
const WAIT_STEP_MS = 5_000;

/** A host that references name, and how it is asked. */
interface HostTarget {
  readonly name: string;
  readonly target: Target;
  readonly references: readonly Reference[];
}

/** The gate after a push: is each of these images whole, now? Every host is asked on its own. */
export async function verify(
  references: readonly Reference[],
  settings: Settings,
  watch: Watch,
  deps: CommandDeps,
): Promise<ExitCode> {
  const limits = watchLimits(deps.io, settings.deadline, deps);
  try {
    const hosts = await Promise.all(groupByHost(references).map((group) => findTarget(group, settings, deps)));
    const outcomes = await verifyUntilSound(hosts, settings, watch, limits, deps);
    watch.clear();
    present(deps.io, settings.output, 'verify', outcomes);
    return exitOf(outcomes);
  } finally {
    limits.release();
  }
}

async function verifyUntilSound(
  hosts: readonly HostTarget[],
  settings: Settings,
  watch: Watch,
  limits: Limits,
  deps: CommandDeps,
): Promise<readonly RegistryOutcome[]> {
  const until = deps.clock.now() + settings.verify.wait;
  for (;;) {
    const outcomes = await Promise.all(hosts.map((host) => verifyHost(host, settings, watch, limits, deps)));
    const left = until - deps.clock.now();
    if (exitOf(outcomes) === EXIT.done || left <= 0 || limits.stop.aborted) {
      for (const outcome of outcomes) logOutcome(deps.log, outcome);
      return outcomes;
    }
    deps.log.info({ secondsLeft: Math.ceil(left / 1000) }, 'Not sound yet: asking again');
    await deps.clock.sleep(Math.min(WAIT_STEP_MS, left), limits.stop);
  }
}

async function verifyHost(
  { name, target, references }: HostTarget,
  settings: Settings,
  watch: Watch,
  { stop, abort }: Limits,
  deps: CommandDeps,
): Promise<RegistryOutcome> {
  const { clock, log } = deps;
  const startedAt = clock.now();
  const session = await openSession(target, deps);
  try {
    const walkDeps = { source: session.source, clock, log, stop, abort, onProgress: watch.progressOf(name) };
    const options = { ...walkOptions(target.walk), platforms: settings.verify.platforms };
    const result = await walkReferences(walkDeps, references, options);
    const requests = { ...session.transport.sent };
    return { name, url: target.url.href, startedAt, finishedAt: clock.now(), result, requests };
  } finally {
    await session.transport.close();
  }
}

function groupByHost(references: readonly Reference[]): readonly (readonly [string, readonly Reference[]])[] {
  const hosts = new Map<string, Reference[]>();
  for (const reference of references) hosts.set(reference.host, [...(hosts.get(reference.host) ?? []), reference]);
  return [...hosts];
}

/** A host that a configured registry has, or is known by, is asked with that registry's settings. */
async function findTarget(
  [host, references]: readonly [string, readonly Reference[]],
  settings: Settings,
  deps: CommandDeps,
): Promise<HostTarget> {
  const registry = settings.registries.find((one) => new URL(one.url).host === host || one.hosts.includes(host));
  if (registry !== undefined) {
    return { name: registry.name, references, target: configuredTarget(registry, host) };
  }
  const { walk } = settings;
  const transport = openTransport(walk, deps);
  const url = await chooseOrigin(host, walk.insecure, transport, new AbortController().signal);
  await transport.close();
  const auth = { username: null, password: null, dockerConfig: null };
  return {
    name: registryNameOf(url.href),
    references,
    target: { url, walk, auth, expectAuth: false, pastCaches: true },
  };
}

/** An alias is asked under the name that the image has: that is what consumers pull. */
function configuredTarget(registry: RegistrySettings, host: string): Target {
  const url = new URL(registry.url);
  url.host = host;
  return { url, walk: registry, auth: registry.auth, expectAuth: false, pastCaches: true };
}

function exitOf(outcomes: readonly RegistryOutcome[]): ExitCode {
  return exitCodeOf({ results: outcomes.map(({ result }) => result), delivered: true, failOnFindings: true });
}
