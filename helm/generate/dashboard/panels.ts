import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder, Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

import { fill, type PanelOptions } from './panel.ts';

/** A panel that is ready to be put into a row. */
export type BuiltPanel = Pick<PanelBuilder, 'build'>;

/** One number per series, in a colored field; `colorOf` has the limits of series that have some of their own. */
export function stat({
  colorOf = {},
  ...options
}: PanelOptions & { readonly colorOf?: Readonly<Record<string, readonly Threshold[]>> }): BuiltPanel {
  const builder = fill(new StatBuilder(), options, 'instant');
  for (const [name, steps] of Object.entries(colorOf)) {
    builder.withOverride({
      matcher: { id: 'byName', options: name },
      properties: [{ id: 'thresholds', value: { mode: 'absolute', steps } }],
    });
  }
  return builder
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.ValueAndName)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(theValue());
}

/** Lines over time. Those that are 0 all the time are drawn and take no place in the legend. */
export function lines(options: PanelOptions): BuiltPanel {
  return timeSeries(options);
}

/** Areas over time, one on the other. */
export function areas(options: PanelOptions): BuiltPanel {
  return timeSeries(options).fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** One colored line per registry over time. */
export function timeline(options: PanelOptions): BuiltPanel {
  return fill(new TimelineBuilder(), options, 'range')
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.7)
    .fillOpacity(80)
    .lineWidth(0)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
}

function timeSeries(options: PanelOptions): TimeSeriesBuilder {
  return fill(new TimeSeriesBuilder(), { min: 0, ...options }, 'range')
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .withOverride({
      matcher: { id: 'byValue', options: { reducer: 'allIsZero', op: 'gte', value: 0 } },
      properties: [{ id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: false } }],
    });
}

function theValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields('');
}
