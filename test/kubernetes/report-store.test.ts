import { describe, expect, test } from 'vitest';

import type { ConfigMapPatch } from '../../src/kubernetes/api.ts';
import { parseReport, renderReport } from '../../src/kubernetes/report-text.ts';
import { readReport, writeReport, type ReportPlace } from '../../src/kubernetes/report-store.ts';
import { keepLog } from '../cli/kept-log.ts';
import { OTHER_DIGEST } from './objects.ts';
import { connectedApi, current, kept, keptReport, NEVER, stubApi } from './scene.ts';

const NOW = Date.UTC(2026, 0, 2, 1);
const PLACE: ReportPlace = {
  namespace: 'probe',
  configMap: 'report',
  registry: 'prod',
  shard: null,
  shards: 1,
  reports: 1,
};
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
  test('outlives the run that wrote it, and knows since when something is broken', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.configMaps.set('probe/report', {});
    const first = await readReport(PLACE, NOW, { api, log }, NEVER);
    if (first !== null) await writeReport(PLACE, first, RUN, { api, log }, NEVER);

    const second = await readReport(PLACE, NOW, { api, log }, NEVER);

    const seen = second?.history.firstSeen(current(), NOW + 1);
    expect(seen).toBe(NOW);
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

    const state = await readReport(PLACE, NOW, { api, log }, NEVER);
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

    const state = await readReport(PLACE, NOW, { api, log }, NEVER);
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

    const state = await readReport(PLACE, NOW, { api, log }, NEVER);

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
    const state = await readReport(PLACE, NOW, { api, log }, NEVER);

    if (state !== null) await writeReport(PLACE, state, RUN, { api, log }, NEVER);

    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'patch', message: expect.stringContaining('kept') }]);
  });

  test('each shard has a report of its own', async () => {
    const patches: ConfigMapPatch[] = [];
    const api = stubApi({
      readConfigMap: () =>
        Promise.resolve({ kind: 'done', value: { data: { 'prod.shard-0.yaml': text() }, binaryKeys: [] } }),
      patchConfigMap: (_, __, patch) => {
        patches.push(patch);
        return Promise.resolve({ kind: 'done', value: undefined });
      },
    });
    const place = { ...PLACE, shard: 1, shards: 2 };
    const deps = { api, log: keepLog() };

    const state = await readReport(place, NOW, deps, NEVER);
    if (state !== null) await writeReport(place, state, RUN, deps, NEVER);

    expect(state?.previous).toBeNull();
    expect(patches.map(({ data }) => Object.keys(data))).toEqual([['prod.shard-1.yaml']]);
  });

  test('what a registry left behind before it was divided tells since when, and goes after a day', async () => {
    const findings = [kept({ digest: OTHER_DIGEST })];
    const data = { 'prod.yaml': text({ findings }), 'prod.shard-7.yaml': '{', 'prod.shard-0.yaml': text() };
    const api = stubApi({ readConfigMap: () => Promise.resolve({ kind: 'done', value: { data, binaryKeys: [] } }) });
    const place = { ...PLACE, shard: 1, shards: 2 };
    const deps = { api, log: keepLog() };
    const day = 24 * 3_600_000;

    const soon = await readReport(place, NOW, deps, NEVER);
    const late = await readReport(place, NOW + day, deps, NEVER);

    expect(soon?.history.firstSeen(current({ digest: OTHER_DIGEST }), NOW)).toBe(Date.UTC(2026, 0, 1));
    expect(soon?.obsolete).toEqual(['prod.shard-7.yaml']);
    expect(late?.obsolete).toEqual(['prod.yaml', 'prod.shard-7.yaml']);
  });
});
