import { describe, expect, onTestFinished, test } from 'vitest';

import { probe, type ProbeRun } from '../../support/probe.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { startStub, type HttpStub } from '../../support/servers/stub-http.ts';

const OWN = [
  { job: 'registry-integrity-probe', registry: 'prod' },
  { job: 'registry-integrity-probe', registry: 'big', shard: '1' },
];
const FOREIGN = [
  { job: 'registry-integrity-probe', registry: 'prod', cluster: 'eu-1' },
  { job: 'backup', registry: 'prod' },
];
const [PROD, BIG] = ['/registry/prod', '/registry/big/shard/1'].map(
  (rest) => `/metrics/job/registry-integrity-probe${rest}`,
);

/** A Pushgateway that holds these groups and answers a deletion with this status. */
async function startGateway(groups: readonly object[], status = 202): Promise<HttpStub> {
  const stub = await startStub(({ method }, response) => {
    if (method === 'DELETE') response.writeHead(status).end(status === 202 ? '' : 'no');
    else response.end(JSON.stringify({ status: 'success', data: groups.map((labels) => ({ labels })) }));
  });
  onTestFinished(() => stub.stop());
  return stub;
}

function forget(gateway: HttpStub, ...more: readonly string[]): Promise<ProbeRun> {
  return probe(['forget', '--pushgateway', gateway.url.origin, ...more], QUICK);
}

const QUICK = { PROBE_PUSHGATEWAY_RETRIES: '0' };

function deleted({ seen }: HttpStub): readonly string[] {
  return seen.filter(({ method }) => method === 'DELETE').map(({ target }) => target);
}

describe('forget', () => {
  test('deletes the groups of this installation, whatever their registry and shard, and says which', async () => {
    const gateway = await startGateway([...OWN, ...FOREIGN]);

    const { code, stdout } = await forget(gateway);

    expect(code).toBe(0);
    expect(deleted(gateway)).toEqual([PROD, BIG]);
    expect(stdout.split('\n')).toEqual([
      'removed {job="registry-integrity-probe",registry="prod"}',
      'removed {job="registry-integrity-probe",registry="big",shard="1"}',
      '',
    ]);
  });

  test('shows nothing of a label that would act on a terminal, or is of any length', async () => {
    const registry = 'a\u009b31m\u202e\u2028\u2066\n::error::b';
    const job = 'registry-integrity-probe';
    const gateway = await startGateway([
      { job, registry },
      { job, registry: 'x'.repeat(8_000) },
    ]);

    const { stdout } = await forget(gateway);

    expect(stdout).toMatch(/^[\x20-\x7e…\n]*$/);
    expect(stdout.split('\n')[0]).toBe(
      `removed {job="${job}",registry="a\\u{9b}31m\\u{202e}\\u{2028}\\u{2066}\\n::error::b"}`,
    );
    expect(stdout.split('\n').map(({ length }) => length < 3_000)).toEqual([true, true, true]);
  });

  test('takes job and grouping labels from the settings, as a run does', async () => {
    const gateway = await startGateway([...OWN, ...FOREIGN]);

    await probe(['forget', '--pushgateway', gateway.url.origin], { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'cluster=eu-1' });

    expect(deleted(gateway)).toEqual(['/metrics/job/registry-integrity-probe/registry/prod/cluster/eu-1']);
  });

  test('is done where there is nothing of ours', async () => {
    const gateway = await startGateway(FOREIGN);

    const { code, stdout, stderr } = await forget(gateway);

    expect([code, stdout, deleted(gateway)]).toEqual([0, '', []]);
    expect(stderr).toContain('There was nothing to forget');
  });

  test('says in a dry run what it would remove, and removes nothing', async () => {
    const gateway = await startGateway(OWN);

    const { code, stdout } = await forget(gateway, '--dry-run');

    expect([code, deleted(gateway)]).toEqual([0, []]);
    expect(stdout).toContain('would remove {job="registry-integrity-probe",registry="prod"}\n');
  });

  test('goes on after a group that the Pushgateway keeps, and ends with 4', async () => {
    const gateway = await startGateway(OWN, 403);

    const { code, stdout, stderr } = await forget(gateway);

    expect([code, stdout, deleted(gateway)]).toEqual([4, '', [PROD, BIG]]);
    expect(stderr).toContain('HTTP 403: no');
  });

  test('ends with 4 where nobody answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;

    const { code, stderr } = await probe(['forget', '--pushgateway', url], QUICK);

    expect(code).toBe(4);
    expect(stderr).toContain('did not list its groups');
    expect(stderr).toContain('run forget again with the same job and groupingLabels');
  });

  test('ends with 2 where no Pushgateway is given, or one that cannot be', async () => {
    const without = await probe(['forget']);
    const wrong = await probe(['forget', '--pushgateway', 'http://127.0.0.1:1'], {
      PROBE_PUSHGATEWAY_GROUPING_LABELS: 'repository=x',
    });

    expect([without.code, wrong.code]).toEqual([2, 2]);
    expect(without.stderr).toContain('no Pushgateway: give --pushgateway');
    expect(wrong.stderr).toContain("'repository'");
  });

  test('goes on looking for as long as it is told, for what pushes once more', async () => {
    const gateway = await startGateway(FOREIGN);

    const { code } = await forget(gateway, '--wait', '50ms');

    expect(code).toBe(0);
    expect(gateway.seen.filter(({ method }) => method === 'GET').length).toBeGreaterThan(1);
  });

  test('stops at a signal', async () => {
    const gateway = await startStub(() => {});
    onTestFinished(() => gateway.stop());
    const { promise: asked, resolve } = Promise.withResolvers<(signal: string) => void>();
    const running = probe(['forget', '--pushgateway', gateway.url.origin], QUICK, (handler) => {
      resolve(handler);
      return () => {};
    });

    (await asked)('SIGTERM');

    expect((await running).code).toBe(4);
  });
});
