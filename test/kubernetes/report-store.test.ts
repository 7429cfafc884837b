import { describe, expect, test } from 'vitest';

import type { ConfigMapPatch } from '../../src/kubernetes/api.ts';
import { parseReport, renderReport } from '../../src/kubernetes/report-text.ts';
import { readReport, writeReport, type ReportPlace } from '../../src/kubernetes/report-store.ts';
import { keepLog } from '../cli/kept-log.ts';
import { connectedApi, current, keptReport, NEVER, stubApi } from './scene.ts';

const NOW = Date.UTC(2026, 0, 2, 1);
const PLACE: ReportPlace = {
  namespace: 'probe',
  configMap: 'report',
  registry: 'prod',
  shard: null,
  keys: ['prod.yaml'],
};
const BARE = { binaryData: {}, resourceVersion: '1' };
const SHARDS = ['prod.shard-0.yaml', 'prod.shard-1.yaml'];
const RUN = {
  registry: 'prod',
  url: 'https://registry.example.com',
  finishedAt: NOW,
  verdict: 'broken',
  complete: true,
  findings: [current()],
};

function text(changes: Parameters<typeof keptReport>[0] = {}): string {
  return renderReport(keptReport(changes), 100_000);
}

describe('the report in its ConfigMap', () => {
  test('outlives the run that wrote it', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.configMaps.set('probe/report', {});
    const first = await readReport(PLACE, { api, log }, NEVER);
    if (first !== null) await writeReport(PLACE, first, RUN, { api, log }, NEVER);

    const second = await readReport(PLACE, { api, log }, NEVER);

    expect(second?.previous?.findings).toMatchObject([{ image: 'team/app:v1' }]);
    expect(Object.keys(server.configMaps.get('probe/report')?.data ?? {})).toEqual(['prod.yaml']);
    expect(server.configMaps.get('probe/report')?.data?.['prod.yaml']).toContain('image: team/app:v1');
    expect(log.lines).toEqual([]);
  });

  test.each([
    ['{', { data: { 'prod.yaml': '{' } }],
    ['[]', { data: { 'prod.yaml': '[]' } }],
    ['{"version":99}', { data: { 'prod.yaml': '{"version":99}' } }],
    ['bytes that are no text', { binaryData: { 'prod.yaml': 'gICA' } }],
    ['nothing', { data: { 'prod.yaml': '' } }],
  ])('with %s in it is as good as none, and is written anew', async (_, content) => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.configMaps.set('probe/report', { ...content });

    const state = await readReport(PLACE, { api, log }, NEVER);
    if (state !== null) await writeReport(PLACE, state, RUN, { api, log }, NEVER);

    const written = server.configMaps.get('probe/report');
    expect(state).toMatchObject({ previous: null });
    expect(parseReport(written?.data?.['prod.yaml'] ?? '', 'prod')?.findings).toHaveLength(1);
    expect(written?.binaryData).toEqual({});
    expect(log.lines).toEqual([]);
  });

  test('leaves alone what else is in the ConfigMap', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.configMaps.set('probe/report', { data: { 'lab.yaml': 'theirs', notes: 'mine' } });

    const state = await readReport(PLACE, { api, log }, NEVER);
    if (state !== null) await writeReport(PLACE, state, RUN, { api, log }, NEVER);

    expect(server.configMaps.get('probe/report')?.data).toMatchObject({ 'lab.yaml': 'theirs', notes: 'mine' });
  });

  test.each([
    ['is not there', null, 'HTTP 404'],
    ['may not be read', 'get configmaps', 'HTTP 403'],
  ])('that %s is not written: one warning names what is missing', async (_, denied, detail) => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    if (denied !== null) server.denied.add(denied);

    const state = await readReport(PLACE, { api, log }, NEVER);

    expect(state).toBeNull();
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        registry: 'prod',
        verb: 'get',
        resource: 'configmaps',
        namespace: 'probe',
        name: 'report',
        detail: expect.stringContaining(detail),
      },
    ]);
  });

  test('that may not be written is a warning', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.configMaps.set('probe/report', {});
    server.denied.add('patch configmaps');
    const state = await readReport(PLACE, { api, log }, NEVER);

    if (state !== null) await writeReport(PLACE, state, RUN, { api, log }, NEVER);

    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'patch', message: expect.stringContaining('kept') }]);
  });

  test('each shard has a report of its own', async () => {
    const patches: ConfigMapPatch[] = [];
    const api = stubApi({
      readConfigMap: () => Promise.resolve({ kind: 'done', value: { data: { 'prod.shard-0.yaml': text() }, ...BARE } }),
      patchConfigMap: (_, __, patch) => {
        patches.push(patch);
        return Promise.resolve({ kind: 'done', value: undefined });
      },
    });
    const place = { ...PLACE, shard: 1, keys: SHARDS };
    const deps = { api, log: keepLog() };

    const state = await readReport(place, deps, NEVER);
    if (state !== null) await writeReport(place, state, RUN, deps, NEVER);

    expect(state?.previous).toBeNull();
    expect(patches.map(({ data = {} }) => Object.keys(data))).toEqual([['prod.shard-1.yaml']]);
  });

  test.each([
    ['no report', null, []],
    ['one of before', '2026-01-02T00:00:00.000Z', []],
    ['one of the same day', '2026-01-02T12:00:00.000Z', []],
    ['one of more than a day later', '2026-01-03T00:00:01.000Z', ['prod.yaml']],
  ])('what no process writes any more, with %s in its place, leaves %j', async (_, lastCompleteRun, obsolete) => {
    const shards = {
      'prod.shard-0.yaml': text({ lastCompleteRun: '2026-02-01T00:00:00.000Z' }),
      ...(lastCompleteRun === null ? {} : { 'prod.shard-1.yaml': text({ lastCompleteRun }) }),
    };
    const place = { ...PLACE, shard: 0, keys: SHARDS };

    const api = holding({ 'prod.yaml': text(), ...shards });
    const state = await readReport(place, { api, log: keepLog() }, NEVER);

    expect(state?.obsolete).toEqual(obsolete);
  });

  test('what cannot be read, and no process writes, goes at once', async () => {
    const api = holding({ 'prod.shard-7.yaml': '{' });

    const state = await readReport(PLACE, { api, log: keepLog() }, NEVER);

    expect(state?.obsolete).toEqual(['prod.shard-7.yaml']);
  });

  test('has less room beside what stays in the ConfigMap, and as much beside what goes or is written anew', async () => {
    const data = { 'prod.yaml': 'x'.repeat(1000), 'prod.shard-7.yaml': '{', 'lab.yaml': 'y', notes: 'm\u00fcd' };
    const place = { ...PLACE, keys: ['prod.yaml', 'lab.yaml'] };

    const state = await readReport(place, { api: holding(data), log: keepLog() }, NEVER);

    expect(state?.otherBytes).toBe('notes'.length + 4);
  });

  test('is cut to the room that is left', async () => {
    const patches: ConfigMapPatch[] = [];
    const api = stubApi({
      readConfigMap: () => Promise.resolve({ kind: 'done', value: { data: { notes: 'x'.repeat(921_000) }, ...BARE } }),
      patchConfigMap: (_, __, patch) => {
        patches.push(patch);
        return Promise.resolve({ kind: 'done', value: undefined });
      },
    });
    const deps = { api, log: keepLog() };

    const state = await readReport(PLACE, deps, NEVER);
    if (state !== null) await writeReport(PLACE, state, RUN, deps, NEVER);

    expect(parseReport(patches[0]?.data?.['prod.yaml'] ?? '', 'prod')).toMatchObject({ notListed: 1, findings: [] });
  });
});

function holding(data: Readonly<Record<string, string>>) {
  return stubApi({ readConfigMap: () => Promise.resolve({ kind: 'done', value: { data, ...BARE } }) });
}
