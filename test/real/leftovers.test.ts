import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry } from '../../src/demo/server.ts';
import { readGroupList } from '../../src/metrics/group-list.ts';
import { groupUrl } from '../../src/metrics/group-url.ts';
import { describeGroup } from '../../src/metrics/remove-groups.ts';
import { probe, type ProbeRun } from '../support/probe.ts';
import { single } from '../support/reg-fixture.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { startStub } from '../support/servers/stub-http.ts';

const JOB = 'registry-integrity-probe';

let gateway: RunningPushgateway;
let registry: URL;
beforeEach(async () => {
  gateway = await startPushgateway({ prefix: '/push' });
  onTestFinished(() => gateway.stop());
  const demo = createDemoRegistry();
  demo.store.put(single.repository, single.tag, single.content);
  registry = await demo.listen();
  onTestFinished(() => demo.close());
});

/** Leaves a group on the Pushgateway, as an earlier run would have. */
async function pushed(labels: Readonly<Record<string, string>>): Promise<void> {
  const body = 'something 1\n';
  const answer = await fetch(groupUrl(gateway.url, { job: JOB, ...labels }), { method: 'PUT', body });
  if (answer.status !== 200) throw new Error(`the Pushgateway answered ${answer.status}`);
}

/** The groups that the Pushgateway holds, each without the usual job. */
async function groups(): Promise<readonly string[]> {
  const text = await (await fetch(new URL('api/v1/metrics', gateway.url))).text();
  const all = readGroupList(Buffer.from(text)) ?? [];
  return all.map((group) => describeGroup(group).replace(`job="${JOB}",`, '')).toSorted();
}

/** Walks the registry under the name `prod`, in an installation of these registries. */
function run(registries: string, env: Readonly<Record<string, string>> = {}, url = registry): Promise<ProbeRun> {
  return probe(['run', '--registry-url', url.origin, '--registry-name', 'prod'], {
    PROBE_PUSHGATEWAY_URL: gateway.url.href,
    PROBE_PUSHGATEWAY_RETRIES: '0',
    ...(registries === '' ? {} : { PROBE_PUSHGATEWAY_REGISTRIES: registries }),
    ...env,
  });
}

describe('a complete run', () => {
  test('deletes what a registry that was removed has left', async () => {
    await pushed({ registry: 'stage' });
    await pushed({ registry: 'mirror', shard: '0' });
    await pushed({ registry: 'other' });

    const { code, stderr } = await run('prod=1,other=1');

    expect(code).toBe(0);
    expect(await groups()).toEqual(['{registry="other"}', '{registry="prod"}']);
    expect(stderr).toContain('Leftover group removed');
  });

  test('deletes shards beyond the count, and the whole of what is divided now', async () => {
    for (const shard of ['0', '1', '2', '3']) await pushed({ registry: 'big', shard });
    await pushed({ registry: 'big' });

    await run('prod=1,big=2');

    expect(await groups()).toEqual(['{registry="big",shard="0"}', '{registry="big",shard="1"}', '{registry="prod"}']);
  });

  test('deletes the shards of what is not divided any more', async () => {
    for (const shard of ['0', '1']) await pushed({ registry: 'prod', shard });

    await run('prod=1');

    expect(await groups()).toEqual(['{registry="prod"}']);
  });

  test("leaves another job's groups alone, and those with other labels", async () => {
    const foreign = [
      { job: 'backup', registry: 'stage' },
      { registry: 'stage', cluster: 'eu-2' },
      { registry: 'stage' },
      { registry: 'stage', cluster: 'eu-1', zone: 'a' },
    ];
    for (const labels of foreign) await pushed(labels);
    await pushed({ registry: 'stage', cluster: 'eu-1' });
    const before = await groups();

    await run('prod=1', { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'cluster=eu-1' });

    const after = await groups();
    expect(before.filter((group) => !after.includes(group))).toEqual(['{cluster="eu-1",registry="stage"}']);
    expect(after).toHaveLength(foreign.length + 1);
  });

  test.each(['eu/west 1', '..', 'ümläut', '"quoted"'])('finds its own groups under the label %s', async (site) => {
    await pushed({ registry: 'stage', site });
    await pushed({ registry: 'stage', site: 'elsewhere' });

    await run('prod=1', { PROBE_PUSHGATEWAY_GROUPING_LABELS: `site=${site}` });

    const left = await groups();
    expect(left.filter((group) => group.includes('stage'))).toEqual(['{registry="stage",site="elsewhere"}']);
    expect(left).toHaveLength(2);
  });

  test('deletes nothing where the registries are not listed', async () => {
    await pushed({ registry: 'stage' });

    expect((await run('')).code).toBe(0);

    expect(await groups()).toEqual(['{registry="prod"}', '{registry="stage"}']);
  });

  test('deletes nothing when it is a dry one', async () => {
    await pushed({ registry: 'stage' });

    await run('prod=1', { PROBE_DRY_RUN: 'true' });

    expect(await groups()).toEqual(['{registry="stage"}']);
  });
});

test('an incomplete run deletes nothing', async () => {
  await pushed({ registry: 'stage' });

  const { code } = await run('prod=1', {}, new URL(`http://127.0.0.1:${await freePort()}`));

  expect(code).toBe(3);
  expect(await groups()).toEqual(['{registry="prod"}', '{registry="stage"}']);
});

test.each([404, 500])('a Pushgateway that answers %d to the list is warned of, and the run is done', async (status) => {
  const stub = await startStub(({ method }, response) => response.writeHead(method === 'GET' ? status : 200).end('no'));
  onTestFinished(() => stub.stop());

  const { code, stderr } = await run('prod=1', { PROBE_PUSHGATEWAY_URL: stub.url.origin });

  expect(code).toBe(0);
  expect(stub.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([
    `PUT /metrics/job/${JOB}/registry/prod`,
    'GET /api/v1/metrics',
  ]);
  expect(stderr).toMatch(/"level":"warn".*HTTP \d+: no.*Leftover groups not removed/);
});

test('a run whose own registry is not listed is not begun', async () => {
  await pushed({ registry: 'prod' });

  const { code, stderr } = await run('stage=1');

  expect(code).toBe(2);
  expect(stderr).toContain("'prod' is walked and not listed: its metrics would be deleted");
  expect(await groups()).toEqual(['{registry="prod"}']);
});

describe('forget', () => {
  test('takes off the Pushgateway what runs have left there, and needs no registry for it', async () => {
    await run('');
    await pushed({ registry: 'big', shard: '1' });
    await pushed({ registry: 'prod', cluster: 'eu-1' });
    await pushed({ job: 'backup', registry: 'prod' });

    const done = await probe(['forget', '--pushgateway', gateway.url.href]);

    expect(done.code).toBe(0);
    expect(done.stdout.split('\n').toSorted()).toEqual([
      '',
      `removed {job="${JOB}",registry="big",shard="1"}`,
      `removed {job="${JOB}",registry="prod"}`,
    ]);
    expect(await groups()).toEqual(['{cluster="eu-1",registry="prod"}', '{job="backup",registry="prod"}']);
  });
});
