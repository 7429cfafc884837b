import type { Settings } from '../../config/settings.ts';
import { isOfInstallation } from '../../metrics/leftovers.ts';
import { describeGroup, removeUntilQuiet } from '../../metrics/remove-groups.ts';
import { visible } from '../../report/escape.ts';
import { boundedText } from '../bounded-fields.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { isInstalled } from '../installed.ts';
import { openGateway, type OpenGateway } from '../gateway.ts';
import type { Io } from '../io.ts';
import type { CommandDeps } from '../session.ts';

/** Whoever reads it has an uninstallation that failed, and nothing of the release is there to be looked at. */
const LATER =
  'What is left stays on the Pushgateway; when that answers, run forget again with the same job and groupingLabels';

/**
 * Takes all groups of this installation off the Pushgateway, one line for each, and goes on looking for as long as the
 * settings say: it is asked for no registry, for none may be left. While the installation is there, or when that cannot
 * be told, nothing is taken off. Throws for settings that cannot work.
 */
export async function forget(settings: Settings, deps: CommandDeps): Promise<ExitCode> {
  const { pushgateway, dryRun } = settings;
  if (pushgateway.url === null) throw new Error('forget was started without a Pushgateway');
  const gateway = openGateway(pushgateway.url, pushgateway, deps);
  const { signal, release } = watchSignals(deps.io);
  try {
    const installed = await isInstalled(settings.forget.witness, deps, signal);
    if (installed === 'yes') return EXIT.done;
    if (installed === 'unknown') return EXIT.unknown;
    const { removed, failures } = await removeUntilQuiet(
      dryRun ? withoutDeleting(gateway) : gateway,
      (groups) => groups.filter((group) => isOfInstallation(group, pushgateway)),
      // What is not removed would be found again and again.
      { clock: deps.clock, quietMs: dryRun ? 0 : settings.forget.wait },
      signal,
    );
    for (const group of removed) {
      deps.io.stdout.write(`${dryRun ? 'would remove' : 'removed'} ${visible(boundedText(describeGroup(group)))}\n`);
    }
    for (const detail of failures) deps.log.error({ detail }, 'Not forgotten');
    if (failures.length > 0) deps.log.error({ job: pushgateway.job }, LATER);
    if (removed.length === 0 && failures.length === 0) deps.log.info({}, 'There was nothing to forget');
    return failures.length === 0 ? EXIT.done : EXIT.undelivered;
  } finally {
    release();
    await gateway.close();
  }
}

function withoutDeleting({ groups }: OpenGateway): Pick<OpenGateway, 'groups' | 'remove'> {
  return { groups, remove: () => Promise.resolve({ kind: 'removed' }) };
}

/** A group that is not deleted yet can be deleted by the next call, so that one signal is enough. */
function watchSignals(io: Pick<Io, 'onSignal'>): { readonly signal: AbortSignal; readonly release: () => void } {
  const stop = new AbortController();
  return { signal: stop.signal, release: io.onSignal((name) => stop.abort(new Error(name))) };
}
