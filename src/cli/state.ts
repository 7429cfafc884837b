import type { RegistrySettings, Settings } from '../config/settings.ts';
import type { Plan } from '../history/plan.ts';
import { keep, NOTHING, remember, type Remembered } from '../history/remember.ts';
import type { StateOwner } from '../history/state.ts';
import { checkStateFile, createStateFile, type StateFile } from '../history/state-file.ts';
import type { StateStore } from '../history/store.ts';
import { createConfigMapStore } from '../kubernetes/state-store.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Shard } from '../walk/shard.ts';
import type { Cluster } from './cluster.ts';
import type { CommandDeps } from './session.ts';
import { thisProcess } from './system.ts';
import { shardOfProcess } from './walk-options.ts';
import type { ClusterPins } from './cluster-pins.ts';
import { concludeOutcome, type Concluded } from './conclude.ts';
import { placeOfRegistry, planRun } from './run-plan.ts';
import type { RunScrub } from './scrub.ts';

/** Between the end of a walk and that of the process there is little time: a pod is given a minute. */
const STATE_LIMIT_MS = 10_000;

/** What is kept a state of, and how much of it is walked. */
export type Kept = Pick<RegistrySettings, 'name' | 'shards' | 'repositories' | 'tags'> &
  Partial<Pick<RegistrySettings, 'url' | 'fullWalkEvery' | 'coverageAcceptedAt' | 'acknowledged'>>;

/** What is known beside what a walk saw. */
interface Known {
  readonly remembered: Remembered | null;
  readonly plan: Plan | null;
  readonly scrub?: RunScrub | null;
  /** Platforms that the nodes have; left out, or null, nobody has looked. */
  readonly nodes?: readonly string[] | null;
  /** Digests that workloads name; left out, or null, nobody has looked. */
  readonly pins?: ClusterPins | null;
}

/** What runs tell each other. */
export interface RunState {
  /** Null when nothing is kept. */
  remember(registry: Kept, giveUp: AbortSignal): Promise<Remembered | null>;
  /** How a run goes about it; null where nothing is kept, so that no run can go on where another one ended. */
  plan(registry: RegistrySettings, remembered: Remembered | null, startedAt: number): Plan | null;
  /** What is to be told of a run, together with earlier ones. */
  conclude(registry: Kept, outcome: RegistryOutcome, known: Known): Concluded;
  /** What cannot be kept is told by a warning; false where that was to be in a file, which somebody has asked for. */
  keep(
    registry: Kept,
    { run }: Pick<Concluded, 'run'>,
    remembered: Remembered | null,
    giveUp: AbortSignal,
  ): Promise<boolean>;
}

/** Sees that a state file, if there is to be one, can be used; throws a `StateFileError` otherwise. */
export async function checkState({ stateFile, dryRun }: Settings): Promise<void> {
  if (stateFile !== null) await checkStateFile(stateFile, dryRun);
}

/** The state as the settings want it: in a file, in a ConfigMap, or nowhere. */
export function createRunState(settings: Settings, cluster: Cluster | null, deps: CommandDeps): RunState {
  const { stateFile, dryRun, shard, kubernetes } = settings;
  const { clock, log } = deps;
  const file = stateFile === null ? null : createStateFile(stateFile, { clock, process: thisProcess() });

  function ownerOf(registry: Kept): StateOwner & { readonly part: Shard | null } {
    const part = shardOfProcess(registry, shard);
    const url = registry.url === undefined ? {} : { url: placeOfRegistry({ url: registry.url }) };
    return { registry: registry.name, shard: part?.index ?? null, ...url, part };
  }

  function storeOf(owner: StateOwner): StateStore | null {
    const ofFile = (one: StateFile): StateStore => one.storeOf(owner);
    if (file !== null) return ofFile(file);
    if (cluster === null || kubernetes.state === null) return null;
    const { namespace, api } = cluster;
    return createConfigMapStore({ namespace, configMap: kubernetes.state, ...owner }, api);
  }

  return {
    async remember(registry, giveUp) {
      const owner = ownerOf(registry);
      const store = storeOf(owner);
      if (store === null) return null;
      return withTimeLimit(clock, STATE_LIMIT_MS, giveUp, (signal) => remember(owner, { store, log }, signal));
    },
    plan: (registry, remembered, startedAt) => (remembered === null ? null : planRun(registry, remembered, startedAt)),
    conclude: (registry, outcome, { remembered, ...known }) =>
      concludeOutcome(registry, ownerOf(registry), outcome, { remembered: remembered ?? NOTHING, ...known }),
    async keep(registry, { run }, remembered, giveUp) {
      const store = storeOf(ownerOf(registry));
      if (store === null || remembered === null || dryRun) return true;
      const isKept = await withTimeLimit(clock, STATE_LIMIT_MS, giveUp, (signal) =>
        keep(run, remembered, { store, log }, signal),
      );
      return isKept || file === null;
    },
  };
}
