/** One version's part of a changelog. */
export interface Section {
  /** What stands behind the version: a date, or `Unreleased`. */
  readonly date: string;
  /** The text below the heading, without the blank lines around it. */
  readonly text: string;
}

/** One entry, in the form that Artifact Hub reads: https://artifacthub.io/docs/topics/annotations/helm/. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  readonly description: string;
}

const KINDS: readonly Change['kind'][] = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];

/** The section of a version (`## [1.2.3] - 2026-01-31`); null where there is none. */
export function sectionOf(changelog: string, version: string): Section | null {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => section.startsWith(`[${version}] - `));
  if (found === undefined) return null;
  const [heading = '', ...lines] = found.split('\n');
  return { date: heading.slice(`[${version}] - `.length).trim(), text: lines.join('\n').trim() };
}

/** The entries below the headings of Keep a Changelog (`### Added`), in their order; others are left out. */
export function changesOf(text: string): readonly Change[] {
  return text.split(/^### /m).flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n');
    const kind = KINDS.find((one) => one === heading.trim().toLowerCase());
    if (kind === undefined) return [];
    const entries = lines.join('\n').split(/^- /m).slice(1);
    return entries.map((entry) => ({ kind, description: entry.replace(/\s+/g, ' ').trim() }));
  });
}
