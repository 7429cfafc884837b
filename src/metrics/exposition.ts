import { Gauge, Registry } from 'prom-client';

/** One series with its value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The families of a text, or the first line (counted from 1) that is not in our form, and what is wrong with it. */
export type ParsedExposition =
  | { readonly ok: true; readonly families: readonly Family[] }
  | { readonly ok: false; readonly line: number; readonly problem: string };

interface OpenFamily {
  readonly name: string;
  readonly help: string;
  readonly samples: Sample[];
  readonly keys: Set<string>;
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/s;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) gauge$/;
const SERIES = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/sy;
const INFINITE = /^([+-]?)Inf$/;
const NOT_A_NUMBER = /^NaN$/i;
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/**
 * Reads the text that the probe writes: per family HELP, TYPE gauge, then its series without timestamps.
 * It is a part of https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format, and strict:
 * what is not understood is refused, since it would be lost when the file is written again.
 */
export function parseExposition(text: string): ParsedExposition {
  const families = new Map<string, OpenFamily>();
  let current: OpenFamily | undefined;
  let typed = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fail = (problem: string): ParsedExposition => ({ ok: false, line: index + 1, problem });

    const help = HELP.exec(line);
    if (help !== null) {
      const [, name = '', words = ''] = help;
      if (families.has(name)) return fail(`${name} is described twice`);
      current = { name, help: unescape(words), samples: [], keys: new Set() };
      families.set(name, current);
      typed = false;
    } else if (line.startsWith('#')) {
      const type = TYPE.exec(line);
      if (type === null || typed || type[1] !== current?.name) return fail('neither HELP nor the TYPE of a gauge');
      typed = true;
    } else {
      const sample = parseSeries(line);
      if (sample === null) return fail('neither a comment nor a series with a value');
      if (current === undefined || !typed || sample.name !== current.name)
        return fail('a series without HELP and TYPE');
      const key = seriesKey(sample.labels);
      if (current.keys.has(key)) return fail('the same series twice');
      current.keys.add(key);
      current.samples.push({ labels: sample.labels, value: sample.value });
    }
  }
  return { ok: true, families: [...families.values()].map(({ name, help, samples }) => ({ name, help, samples })) };
}

/**
 * Writes families with at least one series, each with its HELP and TYPE, in the order given, ending in a line feed.
 * prom-client writes it. Its registry is a fresh one each time, with these families only: it prints a gauge that was
 * never set as 0, and a number that was not measured must not be sent.
 */
export async function formatExposition(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, samples } of families) {
    if (samples.length === 0) continue;
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
    for (const { labels, value } of samples) gauge.set(labels, value);
  }
  return registry.metrics();
}

/** The same text for the same labels, in whatever order they come. */
export function seriesKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function parseSeries(line: string): (Sample & { readonly name: string }) | null {
  const [, name, block = '', text = ''] = SERIES.exec(line) ?? [];
  const value = parseValue(text);
  if (name === undefined || value === null) return null;
  const labels = new Map<string, string>();
  let end = 0;
  for (LABEL.lastIndex = 0; end < block.length; end = LABEL.lastIndex) {
    const [, label = '', quoted = ''] = LABEL.exec(block) ?? [];
    if (label === '' || labels.has(label)) return null;
    labels.set(label, unescape(quoted));
  }
  return { name, labels: Object.fromEntries(labels), value };
}

function parseValue(text: string): number | null {
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(text)) return NaN;
  return NUMBER.test(text) ? Number(text) : null;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character));
}
