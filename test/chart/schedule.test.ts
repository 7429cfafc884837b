import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { CHART, helm, KUBE_VERSION } from '../support/chart.ts';

interface Periods {
  readonly shortest: number;
  readonly longest: number;
}

const TEMPLATE = `
{{- range .Values.schedules }}
{{ . | quote }}: {{ include "registry-integrity-probe.periods" . | default "null" }}
{{- end }}
`;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const KNOWN: readonly (readonly [string, Periods | null])[] = [
  ['*/15 * * * *', { shortest: 15 * MINUTE, longest: 15 * MINUTE }],
  ['5-59/15 * * * *', { shortest: 15 * MINUTE, longest: 15 * MINUTE }],
  ['5/15 * * * *', { shortest: 15 * MINUTE, longest: 15 * MINUTE }],
  ['*/7 * * * *', { shortest: 4 * MINUTE, longest: 7 * MINUTE }],
  ['* * * * *', { shortest: MINUTE, longest: MINUTE }],
  ['17 * * * *', { shortest: HOUR, longest: HOUR }],
  ['08 * * * *', { shortest: HOUR, longest: HOUR }],
  ['0 */5 * * *', { shortest: 4 * HOUR, longest: 5 * HOUR }],
  ['30 2 * * *', { shortest: DAY, longest: DAY }],
  ['0 6,18 * * ?', { shortest: 12 * HOUR, longest: 12 * HOUR }],
  ['0 9-17 * * 1-5', { shortest: HOUR, longest: 2 * DAY + 16 * HOUR }],
  ['*/30 8-18 * * MON-FRI', { shortest: 30 * MINUTE, longest: 2 * DAY + 13.5 * HOUR }],
  ['  0   0 * *	0 ', { shortest: 7 * DAY, longest: 7 * DAY }],
  ['@hourly', { shortest: HOUR, longest: HOUR }],
  ['@daily', { shortest: DAY, longest: DAY }],
  ['@midnight', { shortest: DAY, longest: DAY }],
  ['@weekly', { shortest: 7 * DAY, longest: 7 * DAY }],
  ['@monthly', null],
  ['@yearly', null],
  ['@every 15m', null],
  ['0 0 1 * *', null],
  ['0 0 * 6 *', null],
  ['TZ=UTC 0 * * * *', null],
  ['60 * * * *', null],
  ['* 24 * * *', null],
  ['0 0 * * 7', null],
  ['*/0 * * * *', null],
  ['5,*/0 * * * *', null],
  ['30-10 * * * *', null],
  ['5, * * * *', null],
  ['*/15', null],
  ['*/15 * * * * *', null],
  ['whenever', null],
];

/** Schedules of all forms, with the minutes, hours and days of the week that they stand for. */
const RANDOM = fc.sample(
  fc.tuple(field(0, 59), field(0, 23), field(0, 6)).map(([minutes, hours, days]) => ({
    schedule: `${minutes.text} ${hours.text} * * ${days.text}`,
    starts: { minutes: minutes.numbers, hours: hours.numbers, days: days.numbers },
  })),
  { numRuns: 200, seed: 1 },
);

let told: ReadonlyMap<string, Periods | null> = new Map();

beforeAll(async () => {
  const folder = await chartOfPeriods();
  const schedules = [...KNOWN.map(([schedule]) => schedule), ...RANDOM.map(({ schedule }) => schedule)];
  await writeFile(join(folder, 'values.yaml'), stringify({ schedules }));

  const text = helm(['template', 'x', folder, '--kube-version', KUBE_VERSION]);

  told = new Map(
    text
      .split('\n')
      .map((line) => /^(".*"): (null|\{.*\})$/.exec(line))
      .filter((match) => match !== null)
      .map(([, schedule = '', periods = '']) => [
        JSON.parse(schedule) as string,
        JSON.parse(periods) as Periods | null,
      ]),
  );
  return () => rm(folder, { recursive: true });
});

describe('the period of a schedule', () => {
  test.each(KNOWN)('%s', (schedule, periods) => {
    expect(told.get(schedule)).toEqual(periods);
  });

  test('is what one finds by counting the minutes of two weeks', () => {
    const counted = RANDOM.map(({ schedule, starts }) => [schedule, countedPeriods(starts)]);

    expect(RANDOM.map(({ schedule }) => [schedule, told.get(schedule)])).toEqual(counted);
  });
});

interface Starts {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
}

function countedPeriods({ minutes, hours, days }: Starts): Periods {
  const all = Array.from({ length: 14 * 1440 }, (_, minute) => minute).filter(
    (minute) =>
      minutes.has(minute % 60) && hours.has(Math.floor(minute / 60) % 24) && days.has(Math.floor(minute / 1440) % 7),
  );
  const gaps = all.slice(1).map((minute, index) => (minute - (all[index] ?? 0)) * MINUTE);
  return { shortest: Math.min(...gaps), longest: Math.max(...gaps) };
}

/** A field of a schedule, with what it stands for. */
function field(first: number, last: number): fc.Arbitrary<{ readonly text: string; readonly numbers: Set<number> }> {
  const number = fc.integer({ min: first, max: last });
  const step = fc.integer({ min: 1, max: 30 });
  const part = fc.oneof(
    fc.constant({ text: '*', from: first, to: last, step: 1 }),
    step.map((by) => ({ text: `*/${by}`, from: first, to: last, step: by })),
    number.map((one) => ({ text: `${one}`, from: one, to: one, step: 1 })),
    fc.tuple(number, step).map(([from, by]) => ({ text: `${from}/${by}`, from, to: last, step: by })),
    fc.tuple(number, number, step).map(([a, b, by]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${from}-${to}/${by}`, from, to, step: by };
    }),
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    numbers: new Set(
      parts.flatMap(({ from, to, step: by }) =>
        Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by),
      ),
    ),
  }));
}

/** A chart that prints the periods of its values, by the chart's own template. */
async function chartOfPeriods(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'periods-'));
  await mkdir(join(folder, 'templates'));
  await cp(join(CHART, 'Chart.yaml'), join(folder, 'Chart.yaml'));
  await cp(join(CHART, 'templates', '_schedule.tpl'), join(folder, 'templates', '_schedule.tpl'));
  await writeFile(join(folder, 'templates', 'periods.yaml'), TEMPLATE);
  return folder;
}
