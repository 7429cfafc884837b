import type { InputSeries } from '../../support/promtool.ts';

/** Metrics by name without their prefix and with labels of their own where they have some: `failures{fault="missing"}`. */
export type Families = Readonly<Record<string, number>>;

/** Something that happens to a group of the Pushgateway; the second is that of the test's clock. */
export type Happening = (second: number) => Push;

/** PUT replaces the group, POST each family that it brings; `gone` is a deletion, or a restart without a volume. */
export type Push = { readonly kind: 'put' | 'post'; readonly families: Families } | { readonly kind: 'gone' };

/** What happens to a group, by minute. */
export type Timeline = Readonly<Record<number, Happening>>;

/** A group of the Pushgateway: its labels, and what happens to it. */
export interface PushedGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly timeline: Timeline;
  /** The minutes of scrapes that failed, which end all series until the next one. */
  readonly missed?: readonly number[];
}

/** The series that a Prometheus has of a group which it scrapes every minute, from minute 0 to `until`. */
export function scraped({ labels, timeline, missed = [] }: PushedGroup, until: number): readonly InputSeries[] {
  const minutes = Array.from({ length: until + 1 }, (_, minute) => minute);
  let state: Families = {};
  const states = minutes.map((minute) => {
    state = after(state, timeline[minute]?.(minute * 60));
    return state;
  });
  for (const minute of missed) states[minute] = {};
  const names = new Set(states.flatMap((one) => Object.keys(one)));
  return [...names].map((name) => ({
    series: seriesName(name, labels),
    values: notation(states.map((one) => one[name])),
  }));
}

function after(before: Families, push: Push | undefined): Families {
  if (push === undefined) return before;
  if (push.kind === 'gone') return {};
  if (push.kind === 'put') return push.families;
  const replaced = new Set(Object.keys(push.families).map(family));
  const kept = Object.entries(before).filter(([name]) => !replaced.has(family(name)));
  return { ...Object.fromEntries(kept), ...push.families };
}

function family(name: string): string {
  return name.split('{')[0] ?? name;
}

function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  const own = /\{(.*)\}$/.exec(name)?.[1];
  const group = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const prefix = name.startsWith('push_') ? '' : 'registry_integrity_';
  return `${prefix}${family(name)}{${[...group, ...(own === undefined ? [] : [own])].join(',')}}`;
}

/** https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series */
function notation(values: readonly (number | undefined)[]): string {
  const parts: { text: string; count: number }[] = [];
  let before: number | undefined;
  for (const value of values) {
    const vanished = value === undefined && before !== undefined;
    const text = value === undefined ? (vanished ? 'stale' : '_') : String(value);
    const last = parts.at(-1);
    if (last?.text === text && text !== 'stale') last.count += 1;
    else parts.push({ text, count: 1 });
    before = value;
  }
  return parts.map(({ text, count }) => (count === 1 ? text : repeated(text, count))).join(' ');
}

/** `_x3` is three, and `7x3` is four: the first, and three after it. */
function repeated(text: string, count: number): string {
  return text === '_' ? `_x${count}` : `${text}x${count - 1}`;
}
