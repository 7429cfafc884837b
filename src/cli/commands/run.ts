import type { RegistrySettings, Settings } from '../../config/settings.ts';
import type { Credentials } from '../../registry/auth/credentials.ts';
import { walkCatalog } from '../../walk/catalog-walk.ts';
import type { RegistryOutcome } from '../../walk/result.ts';
import { findCredentials } from '../credentials.ts';
import { createDelivery } from '../deliver.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { watchLimits, type Limits } from '../limits.ts';
import { present } from '../present.ts';
import { openSession, resolveScheme, type CommandDeps } from '../session.ts';
import { catalogWalkOptions } from '../walk-options.ts';
import { logOutcome, type Watch } from '../watch.ts';

/**
 * The main job: one pass over every configured registry. Each registry's numbers are delivered as soon as it is done,
 * so that no registry waits for another, or is lost with it.
 */
export async function run(settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  // Whatever is wrong with how it was configured is told before anything is asked of any registry.
  const registries = await Promise.all(settings.registries.map((registry) => withCredentials(registry, deps)));
  const delivery = createDelivery(settings, deps);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  try {
    const done = await Promise.all(
      registries.map(async (registry) => {
        const outcome = await walkOne(registry, watch, limits, deps);
        logOutcome(deps.log, outcome);
        return { outcome, delivered: await delivery.deliver(outcome, limits.giveUp) };
      }),
    );
    const outcomes = done.map(({ outcome }) => outcome);
    watch.clear();
    present(deps.io, settings.output, 'run', outcomes);
    return exitCodeOf({
      results: outcomes.map(({ result }) => result),
      delivered: done.every(({ delivered }) => delivered),
      failOnFindings: settings.failOnFindings,
    });
  } finally {
    limits.release();
    await delivery.close();
  }
}

/** A configured registry, and as whom it is asked. */
interface KnownRegistry {
  readonly registry: RegistrySettings;
  readonly credentials: Credentials;
}

async function withCredentials(registry: RegistrySettings, { io }: CommandDeps): Promise<KnownRegistry> {
  return { registry, credentials: await findCredentials(new URL(registry.url).host, registry.auth, io) };
}

async function walkOne(
  { registry, credentials }: KnownRegistry,
  watch: Watch,
  { stop, abort }: Limits,
  deps: CommandDeps,
): Promise<RegistryOutcome> {
  const { name, expectAuth, schemeGiven } = registry;
  const { clock, log } = deps;
  const startedAt = clock.now();
  const address = new URL(registry.url);
  const url = schemeGiven ? address : await resolveScheme(address, registry, stop, deps);
  const session = openSession({ url, walk: registry, credentials, expectAuth, pastCaches: false }, deps);
  try {
    const onProgress = watch.progressOf(name);
    const walkDeps = { source: session.source, clock, log, stop, abort, onProgress };
    const result = await walkCatalog(walkDeps, catalogWalkOptions(registry));
    const requests = { ...session.transport.sent };
    return { name, url: url.href, startedAt, finishedAt: clock.now(), result, requests };
  } finally {
    await session.transport.close();
  }
}
