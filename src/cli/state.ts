import type { RegistrySettings, Settings } from '../config/settings.ts';
import { keep, remember, type Remembered } from '../history/remember.ts';
import type { StateOwner } from '../history/state.ts';
import { checkStateFile, createStateFile, type StateFile } from '../history/state-file.ts';
import type { StateStore } from '../history/store.ts';
import { createConfigMapStore } from '../kubernetes/state-store.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { createSelection } from '../walk/selection.ts';
import type { Cluster } from './cluster.ts';
import type { CommandDeps } from './session.ts';
import { thisProcess } from './system.ts';
import { shardOfProcess } from './walk-options.ts';
import { identityIn } from './finding-identity.ts';

/** Between the end of a walk and that of the process there is little time: a pod is given a minute. */
const STATE_LIMIT_MS = 10_000;

/** What is kept a state of, and how much of it is walked. */
export type Kept = Pick<RegistrySettings, 'name' | 'shards' | 'repositories' | 'tags'>;

/** What runs tell each other. */
export interface RunState {
  /** Null when nothing is kept. */
  remember(registry: Kept, giveUp: AbortSignal): Promise<Remembered | null>;
  /** What cannot be kept is told by a warning; false where that was to be in a file, which somebody has asked for. */
  keep(registry: Kept, outcome: RegistryOutcome, remembered: Remembered | null, giveUp: AbortSignal): Promise<boolean>;
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

  function ownerOf(registry: Kept): StateOwner {
    return { registry: registry.name, shard: shardOfProcess(registry, shard)?.index ?? null };
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
    async keep(registry, { result, finishedAt }, remembered, giveUp) {
      const owner = ownerOf(registry);
      const store = storeOf(owner);
      if (store === null || remembered === null || dryRun) return true;
      const { complete, verdict, findings, census = null } = result;
      const suspect = verdict === 'suspect';
      const identities = findings.map(identityIn);
      const selects = selectionOf(registry);
      const run = { ...owner, finishedAt, complete, suspect, findings: identities, census, selects };
      const isKept = await withTimeLimit(clock, STATE_LIMIT_MS, giveUp, (signal) =>
        keep(run, remembered, { store, log }, signal),
      );
      return isKept || file === null;
    },
  };
}

/** What a walk with these settings comes across: with `--repository` or `--tag` it is a part of the registry. */
function selectionOf({ repositories, tags }: Kept): (repository: string, tag: string | null) => boolean {
  const { source, include, match } = repositories;
  const selected = createSelection(match);
  const selectedTags = createSelection(tags.match);
  return (repository, tag) =>
    (source === 'catalog' || include.includes(repository)) &&
    selected.includes(repository) &&
    (tag === null || selectedTags.includes(tag));
}
