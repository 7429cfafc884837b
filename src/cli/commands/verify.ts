import type { RegistrySettings, Settings } from '../../config/settings.ts';
import { registryNameOf } from '../../config/registry-name.ts';
import type { Reference } from '../../oci/reference.ts';
import type { CredentialsOf } from '../../registry/auth/credentials.ts';
import { walkReferences } from '../../walk/reference-walk.ts';
import type { RegistryOutcome } from '../../walk/result.ts';
import { openCluster } from '../cluster.ts';
import { copySourcesOf, withCopies, type CopySource } from '../copies.ts';
import { describeOutcome } from '../describe-outcome.ts';
import { exitCodeOf, EXIT, type ExitCode } from '../exit-codes.ts';
import { findRegistry, type ImageHost } from '../find-registry.ts';
import { watchLimits } from '../limits.ts';
import { findLogin } from '../login.ts';
import { present } from '../present.ts';
import { needsPullSecret } from '../pull-secrets.ts';
import type { CommandDeps } from '../session.ts';
import { originOf, verifyCopy, type HostTarget } from '../verify-copy.ts';
import { walkOptions } from '../walk-options.ts';
import { walkRegistry, type WalkCircumstances } from '../walk-registry.ts';
import { logRegistry, type Watch } from '../watch.ts';

/** Between two attempts while waiting for an image to become sound; in milliseconds. */
const WAIT_STEP_MS = 5_000;

/** The gate after a push: is each of these images whole, now? Every host is asked on its own. */
export async function verify(
  references: readonly Reference[],
  settings: Settings,
  watch: Watch,
  deps: CommandDeps,
): Promise<ExitCode> {
  const origin = originOf(references, settings);
  const groups = groupByAddress(origin === null ? references : [origin, ...references], settings);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const began = deps.clock.elapsed();
  const isClusterNeeded = [...groups.map(({ registry }) => registry), ...copiesOf(groups, settings)].some(
    (registry) => registry !== null && needsPullSecret(registry),
  );
  const cluster = isClusterNeeded ? await openCluster(settings.kubernetes.namespace, deps) : null;
  try {
    // Whatever is wrong with how it was configured is told before anything is asked of any registry.
    const hosts = await Promise.all(
      groups.map(async (group) => {
        const where = { cluster, stop: limits.stop, deps };
        const login = await findLogin(group.address, group.registry, where);
        const copies = group.registry === null ? [] : await copySourcesOf(group.registry, settings, where);
        return { ...hostTarget(group, login, settings), copies };
      }),
    );
    const verified = await verifyUntilSound(hosts, origin, settings, { watch, limits, deps });
    const left = settings.deadline - (deps.clock.elapsed() - began);
    const outcomes = await Promise.all(
      verified.map((outcome, index) => {
        const sources: readonly CopySource[] = hosts[index]?.copies ?? [];
        return withCopies(outcome, { sources, own: null, stop: limits.stop, left }, deps);
      }),
    );
    const reports = outcomes.map((outcome) => describeOutcome(outcome).report);
    for (const report of reports) logRegistry(deps.log, report, settings.output);
    watch.clear();
    const isWritten = await present(deps, settings, 'verify', reports);
    return isWritten ? exitOf(outcomes) : EXIT.undelivered;
  } finally {
    limits.release();
    await cluster?.close();
  }
}

async function verifyUntilSound(
  hosts: readonly HostTarget[],
  origin: Reference | null,
  { verify: { wait, platforms } }: Settings,
  circumstances: WalkCircumstances,
): Promise<readonly RegistryOutcome[]> {
  const { limits, deps } = circumstances;
  const until = deps.clock.elapsed() + wait;
  const look = (): Promise<readonly RegistryOutcome[]> =>
    origin === null
      ? Promise.all(
          hosts.map(({ target, references }) => {
            const options = { ...walkOptions(target.walk), platforms };
            return walkRegistry(target, (walkDeps) => walkReferences(walkDeps, references, options), circumstances);
          }),
        )
      : verifyCopy(hosts, origin, platforms, circumstances);
  let outcomes = await look();
  let left = until - deps.clock.elapsed();
  while (exitOf(outcomes) !== EXIT.done && left > 0 && !limits.stop.aborted) {
    deps.log.info({ secondsLeft: Math.ceil(left / 1000) }, 'Not sound yet: asking again');
    await deps.clock.sleep(Math.min(WAIT_STEP_MS, left), limits.stop);
    // Told to stop meanwhile, it would ask nothing and know less than before.
    if (limits.stop.aborted) break;
    outcomes = await look();
    left = until - deps.clock.elapsed();
  }
  return outcomes;
}

/** A host that references name. */
interface NamedHost extends ImageHost {
  readonly references: readonly Reference[];
}

/** The registries that may have what is broken in those that references name. */
function copiesOf(groups: readonly NamedHost[], { registries }: Settings): readonly RegistrySettings[] {
  const named = new Set(groups.flatMap(({ registry }) => registry?.copies.map((copy) => copy.registry) ?? []));
  return registries.filter(({ name }) => named.has(name));
}

/** However a host is spelled: what leads to one address is asked in one walk. */
function groupByAddress(references: readonly Reference[], { registries }: Settings): readonly NamedHost[] {
  const hosts = new Map<string, NamedHost>();
  for (const reference of references) {
    const found = findRegistry(reference.host, registries);
    const others = hosts.get(found.address.href)?.references ?? [];
    hosts.set(found.address.href, { ...found, references: [...others, reference] });
  }
  return [...hosts.values()];
}

function hostTarget(
  { address: url, schemeGiven, references, registry }: NamedHost,
  credentials: CredentialsOf,
  settings: Settings,
): HostTarget {
  const name = registry?.name ?? registryNameOf(url.href);
  const walk = registry ?? settings.walk;
  const auth = { credentials, expectAuth: false, tokenHosts: registry?.auth.tokenHosts ?? [] };
  return { references, target: { name, url, schemeGiven, walk, ...auth, pastCaches: true } };
}

function exitOf(outcomes: readonly RegistryOutcome[]): ExitCode {
  return exitCodeOf({ results: outcomes.map(({ result }) => result), delivered: true, failOnFindings: true });
}
