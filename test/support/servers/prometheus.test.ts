import { describe, expect, onTestFinished, test } from 'vitest';

import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { type RunningPrometheus, startPrometheus } from './prometheus.ts';
import type { PrometheusOptions } from './prometheus-config.ts';
import { startStub, type HttpStub } from './stub-http.ts';

const RULES = `
groups:
  - name: test
    rules:
      - record: test_doubled
        expr: 2 * test_value
      - alert: TestValueHigh
        expr: test_value > 1
        labels: { severity: critical }
        annotations: { summary: It is high. }
`;

describe('a Prometheus of a test', () => {
  test('scrapes, answers, and honors labels where it is told to', async () => {
    const { url } = await target('test_value{job="own",kind="a"} 3\ntest_value{job="own",kind="b"} NaN\n');

    const prometheus = await start({
      targets: [
        { job: 'honored', url, honorLabels: true },
        { job: 'scrape', url },
      ],
    });
    await prometheus.scraped();

    expect(await prometheus.query('test_value{job="own",kind="a"}')).toMatchObject([{ value: 3 }]);
    expect(await prometheus.query('test_value{exported_job="own",kind="b"}')).toMatchObject([{ value: Number.NaN }]);
    expect(await prometheus.query('1 / 0 * test_value{job="own",kind="a"}')).toMatchObject([{ value: Infinity }]);
    expect(await prometheus.labelValues('kind', 'test_value{job="own"}')).toEqual(['a', 'b']);
    expect((await prometheus.range('test_value{job="own",kind="a"}', 10, 1))[0]?.values.at(-1)?.value).toBe(3);
    expect((await prometheus.targets()).map(({ health }) => health)).toEqual(['up', 'up']);
  });

  test('evaluates rules, and sends alerts to an Alertmanager with the labels of its own', async () => {
    const { url } = await target('test_value 3\n');
    const alertmanager = await stub((_, response) => response.end());

    const prometheus = await start({
      targets: [{ job: 'scrape', url }],
      rules: [RULES],
      alertmanagers: [new URL('/prefix', alertmanager.url)],
      externalLabels: { cluster: 'test' },
    });
    await prometheus.untilAny('test_doubled == 6');
    await until(() => alertmanager.seen.length > 0, 'an alert was sent');

    expect(await prometheus.alerts()).toMatchObject([{ state: 'firing', value: 3, labels: { severity: 'critical' } }]);
    expect(await prometheus.rules()).toMatchObject([
      { type: 'recording', health: 'ok' },
      { type: 'alerting', health: 'ok', state: 'firing', annotations: { summary: 'It is high.' } },
    ]);
    expect(alertmanager.seen[0]?.target).toBe('/prefix/api/v2/alerts');
    expect(JSON.parse(alertmanager.seen[0]?.body ?? '')).toMatchObject([
      { labels: { alertname: 'TestValueHigh', cluster: 'test' } },
    ]);
  });

  test('says which target is down', async () => {
    const url = new URL(`http://127.0.0.1:${await freePort()}/metrics`);

    const prometheus = await start({ targets: [{ job: 'nobody', url }] });

    await expect(prometheus.scraped()).rejects.toThrow(/^nobody: .*connection refused/);
  });

  test('says what is wrong with a query, and with a rule file', async () => {
    const prometheus = await start({ targets: [] });

    await expect(prometheus.query('sum(')).rejects.toThrow('parse error');
    await expect(startPrometheus({ targets: [], rules: ['groups: 1'] })).rejects.toThrow('cannot unmarshal');
  });
});

async function start(options: PrometheusOptions): Promise<RunningPrometheus> {
  const prometheus = await startPrometheus(options);
  onTestFinished(() => prometheus.stop());
  return prometheus;
}

/** A page of metrics at a path of its own. */
async function target(metrics: string): Promise<{ readonly url: URL }> {
  const server = await stub((_, response) => response.setHeader('content-type', 'text/plain').end(metrics));
  return { url: new URL('/some/metrics', server.url) };
}

async function stub(answer: Parameters<typeof startStub>[0]): Promise<HttpStub> {
  const server = await startStub(answer);
  onTestFinished(() => server.stop());
  return server;
}
