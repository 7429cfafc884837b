import { METRICS } from './definitions.ts';
import { type Family, type Sample, seriesKey } from './exposition.ts';
import { type Group, groupLabels, keyLabels } from './grouping.ts';

const ORDER: ReadonlyMap<string, number> = new Map(METRICS.map(({ name }, index) => [name, index]));

/**
 * Puts the families of one group's run, given without the group's labels, into those that are there.
 * `replace` drops all that the group had; `add` drops what it had of the families that come, as a Pushgateway does.
 * Other groups stay as they are. The result is in the order of the definitions.
 */
export function mergeFamilies(
  present: readonly Family[],
  run: readonly Family[],
  group: Group,
  mode: 'replace' | 'add',
): readonly Family[] {
  const own = groupLabels(group);
  const ownKey = seriesKey(own);
  const coming = new Map(run.map((family) => [family.name, family]));
  const isOwn = ({ labels }: Sample): boolean => seriesKey(keyLabels(labels)) === ownKey;

  const names = new Set([...present, ...run].map(({ name }) => name));
  const merged = [...names].map((name): Family => {
    const before = present.find((family) => family.name === name);
    const now = coming.get(name);
    const drop = mode === 'replace' || now !== undefined;
    const kept = (before?.samples ?? []).filter((sample) => !(drop && isOwn(sample)));
    const added = (now?.samples ?? []).map(({ labels, value }) => ({ labels: { ...own, ...labels }, value }));
    return { name, help: now?.help ?? before?.help ?? '', samples: [...kept, ...added] };
  });
  return merged.toSorted((a, b) => rank(a) - rank(b));
}

/** A family of another version of the probe comes last. */
function rank({ name }: Family): number {
  return ORDER.get(name) ?? METRICS.length;
}
