import type { Finding } from '../walk/finding.ts';

/** What the other findings of the same registry say about one of them. */
export interface Surroundings {
  /** Missing children of the same index, the finding itself included. */
  missingChildren(finding: Finding): number;
  /** Repositories in which the same digest is broken in the same way. */
  repositories(finding: Finding): number;
}

/** Counts once over all findings of a registry, so that each question is answered at once. */
export function createSurroundings(findings: readonly Finding[]): Surroundings {
  const children = new Map<string, Set<string>>();
  const repositories = new Map<string, Set<string>>();
  for (const finding of findings) {
    if (isMissingChild(finding)) add(children, indexKey(finding), finding.digest ?? '');
    add(repositories, contentKey(finding), finding.repository ?? '');
  }
  return {
    missingChildren: (finding) => children.get(indexKey(finding))?.size ?? 0,
    repositories: (finding) => repositories.get(contentKey(finding))?.size ?? 0,
  };
}

function isMissingChild(finding: Finding): boolean {
  return finding.object === 'child' && finding.fault === 'missing';
}

function indexKey({ repository, path }: Finding): string {
  return `${repository} ${path.at(-2) ?? ''}`;
}

function contentKey({ digest, fault }: Finding): string {
  return `${fault} ${digest ?? ''}`;
}

function add(groups: Map<string, Set<string>>, key: string, member: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([member]));
  else group.add(member);
}
