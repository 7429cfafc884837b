import {
  MappingType,
  SpecialValueMatch,
  type ValueMapping,
  type ValueMappingResult,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** How one value is shown. */
export interface Shown {
  readonly text: string;
  readonly color: string;
}

/** The color of what nobody knows: neither good nor bad. */
export const NOT_KNOWN_COLOR = 'purple';

/** Shows a missing number and NaN in words; without this they may pass for a 0. */
export function notANumber(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text, color: NOT_KNOWN_COLOR } },
  };
}

/** Shows numbers as words. */
export function inWords(values: Readonly<Record<number, Shown>>): ValueMapping {
  const results = Object.entries(values).map(([value, shown], index): [string, ValueMappingResult] => [
    value,
    { ...shown, index },
  ]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(results) };
}
