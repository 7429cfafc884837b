import type { RegistrySettings, Settings } from '../../config/settings.ts';
import { chooseOrigin } from '../../registry/origin.ts';
import { walkCatalog } from '../../walk/catalog-walk.ts';
import type { RegistryOutcome } from '../../walk/result.ts';
import { createDelivery } from '../deliver.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { watchLimits, type Limits } from '../limits.ts';
import { present } from '../present.ts';
import { openSession, openTransport, type CommandDeps } from '../session.ts';
import { catalogWalkOptions } from '../walk-options.ts';
import { logOutcome, type Watch } from '../watch.ts';

/**
 * The main job: one pass over every configured registry. Each registry's numbers are delivered as soon as it is done,
 * so that no registry waits for another, or is lost with it.
 */
export async function run(settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const delivery = createDelivery(settings, deps);
  try {
    const done = await Promise.all(
      settings.registries.map(async (registry) => {
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

async function walkOne(
  registry: RegistrySettings,
  watch: Watch,
  { stop, abort }: Limits,
  deps: CommandDeps,
): Promise<RegistryOutcome> {
  const { name, auth, expectAuth } = registry;
  const { clock, log } = deps;
  const startedAt = clock.now();
  const url = await resolveUrl(registry, stop, deps);
  const session = await openSession({ url, walk: registry, auth, expectAuth, pastCaches: false }, deps);
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

/** An address without a scheme may be a loopback host that speaks plain HTTP. */
async function resolveUrl(registry: RegistrySettings, stop: AbortSignal, deps: CommandDeps): Promise<URL> {
  const url = new URL(registry.url);
  if (registry.schemeGiven) return url;
  const transport = openTransport(registry, deps);
  const origin = await chooseOrigin(url.host, registry.insecure, transport, stop);
  await transport.close();
  return new URL(url.pathname, origin);
}
