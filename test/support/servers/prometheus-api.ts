import * as z from 'zod';

/** One series with its value now. NaN and the infinities are numbers, too. */
export interface InstantSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series with its values over time, in seconds since the epoch. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly { readonly time: number; readonly value: number }[];
}

const LABELS = z.record(z.string(), z.string());
const NUMBER = z.string().transform((text) => Number(text.replace('Inf', 'Infinity')));
const POINT = z.tuple([z.number(), NUMBER]);

const VECTOR = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: LABELS, value: POINT })),
});
const MATRIX = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: LABELS, values: z.array(POINT) })),
});

/** An alert that is pending or firing. */
const ALERT = z.object({
  labels: LABELS,
  annotations: LABELS,
  state: z.enum(['pending', 'firing', 'inactive']),
  activeAt: z.string(),
  value: NUMBER,
});
export type Alert = z.infer<typeof ALERT>;

const RULE = z.object({
  name: z.string(),
  type: z.enum(['alerting', 'recording']),
  query: z.string(),
  health: z.enum(['ok', 'err', 'unknown']),
  lastError: z.string().optional(),
  state: z.enum(['pending', 'firing', 'inactive']).optional(),
  labels: LABELS.optional(),
  annotations: LABELS.optional(),
});
/** A rule, and how its last evaluation went. */
export type Rule = z.infer<typeof RULE>;

const TARGET = z.object({
  scrapePool: z.string(),
  health: z.enum(['up', 'down', 'unknown']),
  lastError: z.string(),
  lastScrape: z.string().transform((text) => Date.parse(text)),
});
/** A target, and when it was scraped last, in milliseconds since the epoch. */
export type Target = z.infer<typeof TARGET>;

/** What a Prometheus can be asked: https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface PrometheusApi {
  /** What a query gives now; throws for one that does not parse, or whose result is no list of series. */
  query(promql: string): Promise<readonly InstantSample[]>;
  /** What a query gives over the last `seconds`, every `step` seconds. */
  range(promql: string, seconds: number, step: number): Promise<readonly RangeSeries[]>;
  /** The values of a label in the series that a selector finds. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  alerts(): Promise<readonly Alert[]>;
  rules(): Promise<readonly Rule[]>;
  targets(): Promise<readonly Target[]>;
}

/** Asks the Prometheus at a URL. */
export function createPrometheusApi(base: URL): PrometheusApi {
  return {
    async query(promql) {
      const { result } = await ask(base, 'query', { query: promql }, VECTOR);
      return result.map(({ metric, value }) => ({ labels: metric, value: value[1] }));
    },
    async range(promql, seconds, step) {
      const end = Date.now() / 1000;
      const times = { start: String(end - seconds), end: String(end), step: String(step) };
      const { result } = await ask(base, 'query_range', { query: promql, ...times }, MATRIX);
      return result.map(({ metric, values }) => ({
        labels: metric,
        values: values.map(([time, value]) => ({ time, value })),
      }));
    },
    labelValues: (label, selector) => ask(base, `label/${label}/values`, { 'match[]': selector }, z.array(z.string())),
    async alerts() {
      return (await ask(base, 'alerts', {}, z.object({ alerts: z.array(ALERT) }))).alerts;
    },
    async rules() {
      const { groups } = await ask(
        base,
        'rules',
        {},
        z.object({ groups: z.array(z.object({ rules: z.array(RULE) })) }),
      );
      return groups.flatMap(({ rules }) => rules);
    },
    async targets() {
      return (await ask(base, 'targets', {}, z.object({ activeTargets: z.array(TARGET) }))).activeTargets;
    },
  };
}

async function ask<S extends z.ZodType>(
  base: URL,
  path: string,
  parameters: Readonly<Record<string, string>>,
  schema: S,
): Promise<z.output<S>> {
  const url = new URL(`api/v1/${path}?${new URLSearchParams(parameters).toString()}`, base);
  const response = await fetch(url);
  const answer: unknown = await response.json();
  const failed = z.object({ status: z.literal('error'), error: z.string() }).safeParse(answer);
  if (failed.success) throw new Error(`${failed.data.error}\n${JSON.stringify(parameters)}`);
  return schema.parse(z.object({ data: z.unknown() }).parse(answer).data);
}
