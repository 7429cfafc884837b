import { createGoodLists, type GoodLists } from './good-lists.ts';
import { createConfigReads, type ConfigReads } from './config-reads.ts';
import { createControl, type Control } from './control.ts';
import type { WalkDeps, WalkOptions } from './options.ts';
import type { UnknownEntry } from './result.ts';
import type { Refusal } from './blocked.ts';
import { createPartRoom, type PartRoom } from './part-room.ts';
import { createPins, type Pins } from './pins.ts';
import { createSelection, type Selection } from './selection.ts';
import type { Ask } from './source.ts';
import { createSuspects, type Suspects } from './suspects.ts';
import { createTally, type Tally } from './tally.ts';
import { createTagsSeen, type TagsSeen } from './tags-seen.ts';
import type { Tree } from './tree.ts';

/** What the parts of one walk share. */
export interface WalkContext {
  readonly deps: WalkDeps;
  readonly options: WalkOptions;
  readonly tally: Tally;
  readonly suspects: Suspects;
  readonly control: Control;
  readonly configs: ConfigReads;
  /** Lists of what is attached that have come. */
  readonly goodLists: GoodLists;
  /** By depth, the end of the line of long lists of what is attached: one after the other is walked. */
  readonly longLists: Map<number, Promise<void>>;
  /** Where manifests are held that name much. */
  readonly parts: PartRoom;
  readonly unknowns: UnknownEntry[];
  /** What was not answered before the run had to end: nothing is known of it, and nothing is wrong with it. */
  readonly unreached: UnknownEntry[];
  /** What policies refuse, as it was asked for. */
  readonly blocked: Refusal[];
  /** Digests that somebody names. */
  readonly pins: Pins;
  readonly hasTags: TagsSeen;
  /** Repositories with open questions or findings. */
  readonly trees: Set<Tree>;
  readonly allowMissing: Selection;
  readonly exclude: Selection;
  /** True when what is asked for was named by somebody, so that a listing does not excuse it. */
  readonly named: boolean;
  /** How things are asked for the first time, and how again. */
  readonly first: Ask;
  readonly again: Ask;
}

/** Sets out for a walk. */
export function createContext(deps: WalkDeps, options: WalkOptions, named: boolean): WalkContext {
  const { source } = deps;
  const control = createControl(source, deps.clock);
  const guarded = source.guard?.(source, control, { concurrency: options.concurrency, clock: deps.clock }) ?? source;
  return {
    deps: { ...deps, source: guarded },
    options,
    tally: createTally(),
    suspects: createSuspects(),
    control,
    configs: createConfigReads(guarded),
    goodLists: createGoodLists(),
    longLists: new Map(),
    parts: createPartRoom(),
    unknowns: [],
    unreached: [],
    blocked: [],
    pins: createPins(),
    hasTags: createTagsSeen(),
    trees: new Set(),
    allowMissing: createSelection(options.allowMissingPlatforms),
    exclude: createSelection(options.excludePlatforms),
    named,
    first: { again: false, signal: deps.stop },
    again: { again: true, signal: deps.abort },
  };
}

/** Tells whoever watches where the walk is; `waiting` is how many suspects were taken out and are not settled. */
export function reportProgress({ deps, tally, suspects }: WalkContext, waiting = 0): void {
  deps.onProgress?.({ ...tally.live, suspects: suspects.size + waiting });
}
