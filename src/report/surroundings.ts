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
  const children = new Map<string, Members>();
  const repositories = new Map<string, Members>();
  for (const finding of findings) {
    if (isMissingChild(finding)) add(children, indexKey(finding), finding.digest ?? '');
    add(repositories, contentKey(finding), finding.repository ?? '');
  }
  return {
    missingChildren: (finding) => sizeOf(children.get(indexKey(finding))),
    repositories: (finding) => sizeOf(repositories.get(contentKey(finding))),
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

/** Most have one member, and there may be tens of thousands. */
type Members = string | Set<string>;

function add(groups: Map<string, Members>, key: string, member: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, member);
  else if (typeof group === 'object') group.add(member);
  else if (group !== member) groups.set(key, new Set([group, member]));
}

function sizeOf(members: Members | undefined): number {
  if (members === undefined) return 0;
  return typeof members === 'object' ? members.size : 1;
}
