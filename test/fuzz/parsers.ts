import { CROWD_PROPERTIES } from './parsers/crowds.ts';
import { HTTP_PROPERTIES } from './parsers/http.ts';
import { JSON_PROPERTIES } from './parsers/json.ts';
import { KEPT_PROPERTIES } from './parsers/kept.ts';
import { METRIC_PROPERTIES } from './parsers/metrics.ts';
import { NAME_PROPERTIES } from './parsers/names.ts';
import { REPORT_PROPERTIES } from './parsers/reports.ts';
import { SETTING_PROPERTIES } from './parsers/settings.ts';
import type { Property } from './property.ts';

/** Everything that reads what strangers write, or writes it again. */
export const PARSERS: readonly Property[] = [
  ...JSON_PROPERTIES,
  ...NAME_PROPERTIES,
  ...HTTP_PROPERTIES,
  ...METRIC_PROPERTIES,
  ...REPORT_PROPERTIES,
  ...SETTING_PROPERTIES,
  ...KEPT_PROPERTIES,
  ...CROWD_PROPERTIES,
];
