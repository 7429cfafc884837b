import { Report } from '../../src/report/schema.ts';
import { familiesIn } from '../support/shown.ts';
import type { Fought } from './arena.ts';

/** In milliseconds of a processor: a signal is heard within a second on a machine that is busy with other things, too. */
export const BUSY_AT_MOST = 1_000;

/** The failures that were pushed for a registry, of a complete walk or of an incomplete one. */
export function failuresOf({ pushes }: Fought, registry: string, name: string): number | null {
  const [only, ...others] = pushes.get(registry) ?? [];
  if (only === undefined || others.length > 0) throw new Error(`${registry} was pushed ${others.length + 1} times`);
  const samples = familiesIn(only.body).find((family) => family.name === `registry_integrity_${name}`)?.samples;
  return samples?.reduce((sum, { value }) => sum + value, 0) ?? null;
}

/** What the report says of a repository, whether or not the registry is suspect. */
export function foundIn({ stdout }: Fought, registry: string, repository: string): readonly unknown[] {
  const { registries } = Report.parse(JSON.parse(stdout));
  const findings = registries.find(({ name }) => name === registry)?.findings ?? [];
  return findings.filter((finding) => finding.repository === repository);
}

/**
 * In MiB: what is held against the limit of a pod. That is what the kernel charged to the group, where there is one: of
 * what the process says of itself, the program's own pages belong to whoever read them first.
 */
export function memoryOf({ group, resident }: Fought): number {
  return group ?? resident;
}
