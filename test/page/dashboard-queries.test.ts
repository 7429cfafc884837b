import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Choice, interpolate, queriesOf, readDashboard } from '../support/grafana.ts';
import { type Answers, answersOf, wordsOf } from './dashboard-answers.ts';
import {
  type DashboardScene,
  JOB,
  SCRAPE_JOB,
  STALE_AFTER_SECONDS,
  startScene,
  CLUSTER_NAME,
  OTHER_CLUSTER,
  VERDICT_OF,
} from './dashboard-scene.ts';

const DASHBOARD = readDashboard();
const QUERIES = queriesOf(DASHBOARD);
const REGISTRIES = Object.keys(VERDICT_OF).toSorted();
/** With the one of the other cluster. */
const PLACES = [...REGISTRIES, `${OTHER_CLUSTER}/twin`].toSorted();
const VERDICTS = { ...VERDICT_OF, [`${OTHER_CLUSTER}/twin`]: 'BROKEN' };

/** Panels that have a place for every registry, whatever became of it. */
const FOR_EVERY_REGISTRY = [
  'Registries/Verdict',
  'Registries/Broken',
  'Registries/In use',
  'Registries/Catalog',
  'Registries/Last complete walk',
  'Registries/Of limit',
  'Registries/Confirmed by an incomplete walk',
  'Registries/Not in the table',
  'Registries/Tags looked at',
  'Outcome',
  'Last runs/Last run',
  'Last runs/Shards',
  'Last runs/Last accepted push',
];

let scene: DashboardScene;
let shown: Answers;

beforeAll(async () => {
  scene = await startScene(true);
  shown = answersOf(scene.prometheus);
  await scene.prometheus.untilAny('ALERTS{alertstate="firing"}');
  // A range of a minute has several steps then.
  await scene.prometheus.scraped();
});

afterAll(() => scene?.stop());

describe('a real Prometheus', () => {
  test.each(QUERIES.map(({ panel, query, range }) => [panel, query, range] as const))(
    'has an answer for "%s": %s',
    async (_, query, range) => {
      const promql = interpolate(DASHBOARD, query);

      const series = range ? await scene.prometheus.range(promql, 60, 1) : await scene.prometheus.query(promql);

      expect(series).not.toEqual([]);
    },
  );

  test.each(QUERIES.map(({ panel, query, legend }) => [panel, query, legend] as const))(
    'gives "%s" the labels that its legend names: %s',
    async (_, query, legend) => {
      const series = await scene.prometheus.query(interpolate(DASHBOARD, query));

      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
      for (const { labels } of series) expect(Object.keys(labels)).toEqual(expect.arrayContaining(named));
    },
  );

  test.each(
    QUERIES.filter(({ query }) => query.includes('$registry')).map(({ panel, query }) => [panel, query] as const),
  )('leaves out what is not chosen in "%s": %s', async (_, query) => {
    const none: Choice = { registry: ['no-such-registry'] };

    const left = await scene.prometheus.query(interpolate(DASHBOARD, query, none));
    // Only a count of registries has a number for none.
    expect(left.filter(({ labels, value }) => Object.keys(labels).length > 0 || value !== 0)).toEqual([]);
  });

  test('has the values of the variables', async () => {
    const values: (readonly string[])[] = [];
    for (const { definition = '' } of DASHBOARD.templating?.list?.slice(1) ?? []) {
      const [, selector = '', label = ''] =
        /^label_values\((.*), (\w+)\)$/.exec(interpolate(DASHBOARD, definition)) ?? [];
      values.push(await scene.prometheus.labelValues(label, selector));
    }

    expect(values).toEqual([[CLUSTER_NAME, OTHER_CLUSTER], [JOB], REGISTRIES, ['registry-integrity-probe-broken']]);
  });

  test('has an answer for the red marks', async () => {
    const [marks] = DASHBOARD.annotations?.list ?? [];

    const alerts = await scene.prometheus.query(interpolate(DASHBOARD, marks?.expr ?? ''));

    expect(alerts.map(({ labels }) => labels)).toContainEqual({
      alertname: 'RegistryManifestIntegrityFailure',
      severity: 'critical',
      registry: 'broken',
    });
  });
});

describe('the dashboard', () => {
  test.each(FOR_EVERY_REGISTRY)('leaves no registry out of "%s"', async (panel) => {
    expect(Object.keys(await shown.byRegistry(panel)).toSorted()).toEqual(PLACES);
  });

  test.each([{}, { registry: REGISTRIES }, { job: [JOB] }] as readonly Choice[])(
    'has a verdict on every registry, with %j chosen',
    async (choice) => {
      const words = wordsOf('Registries/Verdict');

      const verdicts = Object.entries(await shown.byRegistry('Registries/Verdict', choice)).map(([registry, value]) => [
        registry,
        words[value],
      ]);

      expect(Object.fromEntries(verdicts)).toEqual(VERDICTS);
    },
  );

  test('counts the registries of each verdict', async () => {
    expect(await shown.valuesOf('Registries by verdict')).toEqual({
      SOUND: 2,
      UNKNOWN: 1,
      OVERDUE: 2,
      BROKEN: 5,
      SUSPECT: 1,
    });
  });

  test('does not make one registry of two clusters, and shows the cluster that is chosen', async () => {
    const words = wordsOf('Registries/Verdict');
    const other = await shown.byRegistry('Registries/Verdict', { cluster: [OTHER_CLUSTER] });

    expect(Object.entries(other).map(([name, value]) => [name, words[value]])).toEqual([
      [`${OTHER_CLUSTER}/twin`, 'BROKEN'],
    ]);
  });

  test('shows those that are chosen', async () => {
    expect(await shown.byRegistry('Registries/Verdict', { registry: ['sound'] })).toEqual({ sound: 0 });
    expect(
      Object.keys(await shown.byRegistry('Registries/Verdict', { registry: ['sound', 'late'] })).toSorted(),
    ).toEqual(['late', 'sound']);
  });

  test('counts a finding of a complete and an incomplete walk once, and adds up shards', async () => {
    expect(await shown.byRegistry('Registries/Broken')).toEqual({
      broken: 3,
      sound: 0,
      divided: 1,
      patchy: 2,
      never: Number.NaN,
      headless: 1,
      outage: Number.NaN,
      late: Number.NaN,
      half: Number.NaN,
      twin: 0,
      'us-1/twin': 1,
    });
  });

  test('says how many findings are in use only where that was measured', async () => {
    const known = Object.entries(await shown.byRegistry('Registries/In use')).filter(
      ([, value]) => !Number.isNaN(value),
    );

    expect(known).toEqual([['broken', 2]]);
  });

  test('says what the last run found of the catalog, while there are runs', async () => {
    expect(await shown.byRegistry('Registries/Catalog')).toMatchObject({
      sound: 1,
      divided: 1,
      patchy: 1,
      never: 0,
      late: Number.NaN,
    });
    expect(await shown.byRegistry('Outcome')).toEqual({
      broken: 1,
      sound: 1,
      divided: 1,
      patchy: 0,
      never: 0,
      headless: 0,
      outage: 2,
      late: 3,
      half: 1,
      twin: 1,
      'us-1/twin': 1,
    });
  });

  test('takes the age of a divided registry from the shard that is furthest behind', async () => {
    const seconds = await shown.byRegistry('Registries/Last complete walk');
    const parts = await shown.byRegistry('Registries/Of limit');

    expect(seconds['sound']).toBeCloseTo(60, -2);
    expect(seconds['divided']).toBeCloseTo(1200, -2);
    expect(seconds['never']).toBeNaN();
    expect(parts['divided']).toBeCloseTo(1200 / STALE_AFTER_SECONDS, 1);
    expect(parts['late']).toBeCloseTo(7200 / STALE_AFTER_SECONDS, 1);
  });

  test('adds up the shards of a divided registry, and says when one is missing', async () => {
    expect(await shown.byRegistry('Last runs/Shards')).toMatchObject({
      sound: 1,
      divided: 1,
      half: 0.5,
      never: Number.NaN,
    });
    expect(await shown.valuesOf('Tags')).toMatchObject({
      'eu-1 sound: checked': 30,
      'eu-1 divided: checked': 60,
      'eu-1 divided: listed': 62,
    });
    expect((await shown.byRegistry('Registries/Tags looked at'))['divided']).toBeCloseTo(30 / 31);
  });

  test('names the broken tags of both kinds of walks, once each', async () => {
    const rows = (await shown.samplesOf('What is broken')).map(
      ({ labels: { registry, repository, tag, object, fault } }) =>
        `${registry} ${repository}:${tag} ${object} ${fault}`,
    );

    expect(rows.toSorted()).toEqual([
      'broken team/app:1.10 child missing',
      'broken team/app:v1 child missing',
      'broken team/web:v2 layer missing',
      'broken team/web:v2 layer unreadable',
      'divided team/web:v2 layer missing',
      'headless team/web:v2 layer missing',
      'patchy team/app:1.10 child missing',
      'patchy team/app:v1 child missing',
      'patchy team/web:v2 layer missing',
      'twin team/web:v2 layer missing',
    ]);
  });

  test('shows what scans of files found, what an incomplete one confirmed again once, and when they were', async () => {
    const broken = Object.entries(await shown.valuesOf('Broken in the files')).filter(([, value]) => value > 0);
    const ages = await shown.valuesOf('Time since the last scan');

    expect(Object.fromEntries(broken)).toEqual({ 'eu-1 sound: child missing': 1, 'eu-1 sound: layer missing': 1 });
    expect(ages['eu-1 sound: complete']).toBeCloseTo(7200, -2);
    expect(ages['eu-1 sound: any']).toBeCloseTo(3600, -2);
    expect(await shown.valuesOf('Bytes that nothing needs')).toEqual({ 'eu-1 sound': 5e6 });
    expect(await shown.valuesOf('Uploads left behind')).toEqual({ 'eu-1 sound': 3 });
  });

  test('shows what scans found where the job of the walks is chosen', async () => {
    const [bytes] = await shown.samplesOf('Bytes that nothing needs', { job: [JOB] });

    expect(bytes?.labels['job']).toBe(`${JOB}-storage`);
    expect(await shown.samplesOf('Bytes that nothing needs', { job: ['other'] })).toEqual([]);
  });

  test('takes no push of a scan for one of a walk', async () => {
    const pushes = await shown.samplesOf('Time since last accepted push, over time');

    expect(new Set(pushes.map(({ labels }) => labels['job']))).toEqual(new Set([JOB]));
  });

  test('shows what could not be told, by reason', async () => {
    expect(await shown.valuesOf('Unjudgeable requests, by reason')).toMatchObject({
      'eu-1 never: timeout': 4,
      'eu-1 sound: timeout': 0,
    });
  });

  test('shows a push that was refused, with its time in milliseconds', async () => {
    const rows = await shown.samplesOf('Rejected pushes');

    expect(rows.map(({ labels }) => labels['registry'])).toEqual(['late']);
    expect(Math.abs((rows[0]?.value ?? 0) - Date.now())).toBeLessThan(600_000);
  });
});

describe('a scrape that does not honor labels', () => {
  test('gives the same verdicts, under the job of the scrape', async () => {
    const other = await startScene(false);
    try {
      await other.prometheus.scraped();

      const words = wordsOf('Registries/Verdict');
      const verdicts = await answersOf(other.prometheus).byRegistry('Registries/Verdict', { job: [SCRAPE_JOB] });

      expect(Object.fromEntries(Object.entries(verdicts).map(([name, value]) => [name, words[value]]))).toEqual(
        VERDICTS,
      );
    } finally {
      await other.stop();
    }
  });
});
