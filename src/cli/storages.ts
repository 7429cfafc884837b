import { ConfigurationError } from '../config/problem.ts';
import { registryNameOf } from '../config/registry-name.ts';
import type { Settings } from '../config/settings.ts';
import { locateStorages, type StorageRoot } from '../storage/locate.ts';
import type { StorageKind } from '../storage/source.ts';
import type { Log } from '../util/log.ts';
import { createSelection, type Selection } from '../walk/selection.ts';

/** A storage that is about to be scanned. */
export interface NamedStorage extends StorageRoot {
  readonly name: string;
  readonly kind: StorageKind;
}

/**
 * The storages of a directory, with their names and what they are for. Throws a `ConfigurationError` where there is none,
 * or where two would have one name: their numbers would be mixed up.
 */
export function chooseStorages(directory: string, { scan, registryName }: Settings, log: Log): readonly NamedStorage[] {
  const located = locateStorages(directory);
  if (located.kind === 'none') throw new ConfigurationError([located.problem]);
  const { storages } = located;
  if (registryName !== null && storages.length > 1) {
    const names = storages.map((one) => one.directory).join(', ');
    throw new ConfigurationError([
      `--registry-name: '${registryName}' names one registry, and ${directory} holds ${storages.length}: ${names.slice(0, 200)}`,
    ]);
  }
  const kinds = readKinds(scan.kind);
  const named = storages.map((storage) => ({
    ...storage,
    name: registryName ?? registryNameOf(storage.directory),
    kind: kinds.of(storage.directory),
  }));
  checkNames(named);
  for (const pattern of kinds.unused()) log.warn({ pattern }, 'A pattern of --kind matches no directory');
  return named;
}

function checkNames(named: readonly NamedStorage[]): void {
  for (const [index, one] of named.entries()) {
    const twin = named.slice(index + 1).find(({ name }) => name === one.name);
    if (twin === undefined) continue;
    throw new ConfigurationError([
      `${one.directory} and ${twin.directory} would both be called '${one.name}'; scan them one by one, with --registry-name`,
    ]);
  }
}

interface Kinds {
  of(directory: string): StorageKind;
  unused(): readonly string[];
}

/** Of several rules that fit, the last one counts. */
function readKinds(rules: readonly string[]): Kinds {
  const read = rules.map((rule): { readonly kind: StorageKind; readonly selection: Selection | null } => {
    const at = rule.lastIndexOf('=');
    const kind = rule.slice(at + 1) === 'pull-through' ? 'pull-through' : 'private';
    return { kind, selection: at === -1 ? null : createSelection([rule.slice(0, at)]) };
  });
  return {
    of: (directory) => read.filter(({ selection }) => selection?.includes(directory) ?? true).at(-1)?.kind ?? 'private',
    unused: () => read.flatMap(({ selection }) => selection?.unused() ?? []),
  };
}
