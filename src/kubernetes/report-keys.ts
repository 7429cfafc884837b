/** More than this nobody reads in a terminal, and it is far below the 1 MiB that a ConfigMap may hold. */
const MAX_REPORT_BYTES = 200 * 1024;

/** Of the 1 MiB of a ConfigMap, what all that is in it may take together. */
const MAX_TOTAL_BYTES = 900 * 1024;

/** The key of a registry's report, or of one shard's. A registry's name has no dot in it. */
export function reportKey({ registry, shard }: { readonly registry: string; readonly shard: number | null }): string {
  return shard === null ? `${registry}.yaml` : `${registry}.shard-${shard}.yaml`;
}

/** Those of the keys that are reports of the registry, of the whole of it or of a shard. */
export function reportKeysOf(registry: string, keys: readonly string[]): readonly string[] {
  return keys.filter(
    (key) => key.startsWith(`${registry}.`) && /^(?:shard-[0-9]+\.)?yaml$/.test(key.slice(registry.length + 1)),
  );
}

/** How long one of so many reports may be in a ConfigMap that keeps so much besides them, in bytes. */
export function roomFor(reports: number, otherBytes: number): number {
  const shared = Math.max(MAX_TOTAL_BYTES - otherBytes, 0);
  return Math.min(MAX_REPORT_BYTES, Math.floor(shared / Math.max(reports, 1)));
}
