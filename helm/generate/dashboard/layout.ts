import {
  type DashboardBuilder,
  type Panel,
  RowBuilder,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';

import type { Row } from './row.ts';

/** Puts a row under the ones that are there. The builder places its panels line by line, 24 columns to a line. */
export function addRow(dashboard: DashboardBuilder, { title, collapsed, panels }: Row): void {
  const row = new RowBuilder(title).collapsed(collapsed);
  if (collapsed) for (const panel of panels) row.withPanel(panel);
  dashboard.withRow(row);
  if (!collapsed) for (const panel of panels) dashboard.withPanel(panel);
}

/** The panels with a number each, those inside a closed row included: links name a panel by it. */
export function numbered(panels: readonly (Panel | RowPanel)[]): (Panel | RowPanel)[] {
  let last = 0;
  const number = <P extends Panel | RowPanel>(panel: P): P => {
    last += 1;
    return { ...panel, id: last };
  };
  return panels.map((panel) => {
    const withId = number(panel);
    return isRow(withId) ? { ...withId, panels: withId.panels.map(number) } : withId;
  });
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}
