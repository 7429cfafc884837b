import { isRepositoryName, isTag } from '../oci/reference.ts';
import type { Log } from '../util/log.ts';
import { those } from './sorted-names.ts';
import type { Tally } from './tally.ts';

/** Names that are told of, in a log that may be of a registry with thousands of them. */
const TOLD_NAMES = 5;
/** Characters of each; what is no name may be of any length. */
const TOLD_LENGTH = 80;

/**
 * Takes the names out of listings that a client can form. Whatever else is listed, such as a folder that some program
 * has left in the storage, nobody can ask for: it is counted as skipped and told once for the whole walk.
 */
export interface ListedNames {
  repositories(names: readonly string[]): readonly string[];
  tags(repository: string, names: readonly string[]): readonly string[];
  /** Says in the log what was left out, if anything was. */
  tell(log: Log): void;
}

/** Counts what is left out in a tally; names of repositories that are not `counted` belong to another walk. */
export function createListedNames(tally: Tally, isCounted: (repository: string) => boolean): ListedNames {
  const told: string[] = [];
  let all = 0;

  function leaveOut(names: readonly string[], where: string): void {
    tally.skip('invalid_name', names.length);
    all += names.length;
    told.push(...names.slice(0, TOLD_NAMES - told.length).map((name) => `${where}${name.slice(0, TOLD_LENGTH)}`));
  }

  return {
    repositories(names) {
      leaveOut(names.filter((name) => !isRepositoryName(name)).filter(isCounted), '');
      return those(names, isRepositoryName);
    },
    tags(repository, names) {
      const unusable = names.filter((tag) => !isTag(tag));
      leaveOut(unusable, `${repository}:`);
      return those(names, isTag);
    },
    tell(log) {
      if (all > 0) log.warn({ names: told, all }, 'The registry lists names that no client can ask for: left out');
    },
  };
}
