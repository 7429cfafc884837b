/** What a finding says of who uses it. */
interface Used {
  readonly inUseBy?: readonly string[] | undefined;
}

/** More than these nobody reads, in a text or in a log. */
export const MAX_NAMED = 100;

/**
 * So many of the findings: those that something uses, and then the others, each in their order; together they are in the
 * order in which they were given.
 */
export function foremost<T extends Used>(findings: readonly T[], most: number): readonly T[] {
  if (findings.length <= most) return findings;
  const used = findings.filter(isUsed).length;
  let room = Math.max(0, most - used);
  let left = Math.min(most, used);
  return findings.filter((finding) => (isUsed(finding) ? left-- > 0 : room-- > 0));
}

function isUsed({ inUseBy = [] }: Used): boolean {
  return inUseBy.length > 0;
}
