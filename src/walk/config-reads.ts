import { readDiffIds } from '../oci/image-config.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { tooMuch, type Absent, type Lookup } from './lookup.ts';
import type { Ask, ContentSource, Round } from './source.ts';

/** Answers that are kept: images of one build follow each other. */
const MOST_KEPT = 64;
/** An image has some dozens of layers; of a longer list no more is kept than how long it is. */
const MOST_IDS = 1000;

/** What an image's config says of its layers. */
export interface ReadConfig {
  /** In bytes. */
  readonly size: number;
  /** How many diff_ids it has, and which; null where they are too many to be kept. */
  readonly count: number;
  readonly diffIds: readonly string[] | null;
}

/** Reads configs; many images may have the same one. */
export interface ConfigReads {
  /** Asked once for all images that have it, the first time and in each round. */
  read(repository: string, config: Descriptor, ask: Ask): Promise<Lookup<ReadConfig>>;
}

/** Nothing was read yet. */
export function createConfigReads(source: Pick<ContentSource, 'blobBytes'>): ConfigReads {
  const first = new Map<string, Promise<Lookup<ReadConfig>>>();
  const again = { round: undefined as Round | undefined, answers: new Map<string, Promise<Lookup<ReadConfig>>>() };

  function answersFor({ again: isAgain, round }: Ask): typeof first {
    if (!isAgain) return first;
    if (round === undefined || again.round !== round) again.answers = new Map();
    again.round = round;
    return again.answers;
  }

  async function fetch(repository: string, config: Descriptor, ask: Ask): Promise<Lookup<ReadConfig>> {
    const answer = await source.blobBytes(repository, config, ask);
    if (answer.kind !== 'found') return answer;
    const size = answer.value.length;
    const read = readDiffIds(answer.value);
    if (read.kind === 'invalid') return notUnpackable(`the config is none: ${read.problem}`, size);
    if (read.kind === 'too_much') return tooMuch(`the config has ${read.problem}`);
    const count = read.value.length;
    return { kind: 'found', value: { size, count, diffIds: count > MOST_IDS ? null : read.value } };
  }

  return {
    read(repository, config, ask) {
      const answers = answersFor(ask);
      const key = `${repository} ${config.digest} ${config.size}`;
      const answer = answers.get(key) ?? fetch(repository, config, ask);
      answers.set(key, answer);
      for (const oldest of answers.keys()) {
        if (answers.size <= MOST_KEPT) break;
        answers.delete(oldest);
      }
      return answer;
    },
  };
}

/** It is whole as it was pushed, and no node can unpack what it belongs to. */
export function notUnpackable(detail: string, bytes: number): Absent {
  return { kind: 'absent', fault: 'not_unpackable', observed: { method: null, status: null, bytes, detail } };
}
