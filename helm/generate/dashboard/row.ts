import type { BuiltPanel } from './panels.ts';

/** A row of the dashboard: a heading and its panels, from left to right and line by line. */
export interface Row {
  readonly title: string;
  /** Closed until it is opened, and not asked for before that. */
  readonly collapsed: boolean;
  readonly panels: readonly BuiltPanel[];
}
