import { describe, expect, onTestFinished, test } from 'vitest';

import { createTransport } from '../../src/http/transport.ts';
import { formatExposition } from '../../src/metrics/exposition.ts';
import {
  createPushgateway,
  type Pushed,
  type Pushgateway,
  type PushgatewayOptions,
} from '../../src/metrics/pushgateway.ts';
import { isComplete, recordRun } from '../../src/metrics/record.ts';
import { silentLog } from '../../src/util/log.ts';
import type { RegistryOutcome } from '../../src/walk/result.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { createRealClock } from '../support/clock.ts';
import { freePort } from '../support/servers/free-port.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStub } from '../support/servers/stub-http.ts';
import { type Shown, shownIn } from '../support/shown.ts';

const FIRST = { finishedAt: 1_750_000_000_000 };
const SECOND = { finishedAt: 1_750_000_900_000 };
const THIRD = { finishedAt: 1_750_001_800_000 };

const LOST_LAYER = finding({ object: 'layer', fault: 'missing' });

describe('a real Pushgateway', () => {
  test('an incomplete walk leaves failures and the last success as they are, and says what it saw', async () => {
    const { server, gateway } = await startBoth();
    await pushRun(gateway, outcome({ findings: [finding(), LOST_LAYER] }, FIRST));

    await pushRun(gateway, outcome({ complete: false, catalogAccessible: false }, SECOND));

    const shown = await scrape(server);
    expect(shown('failures', { object: 'child', fault: 'missing' })).toEqual([1]);
    expect(shown('failures', { object: 'layer', fault: 'missing' })).toEqual([1]);
    expect(shown('tag_failures')).toEqual([1, 1]);
    expect(shown('last_success_timestamp_seconds')).toEqual([1_750_000_000]);
    expect(shown('last_run_timestamp_seconds')).toEqual([1_750_000_900]);
    expect(shown('last_run_success')).toEqual([0]);
    expect(shown('catalog_accessible')).toEqual([0]);
    expect(shown('tags_checked')).toEqual([30]);
  });

  test('a suspect walk changes no number of an earlier one, whatever it found', async () => {
    const { server, gateway } = await startBoth();
    await pushRun(gateway, outcome({ findings: [finding()] }, FIRST));

    await pushRun(gateway, outcome({ verdict: 'suspect', findings: [finding(), LOST_LAYER] }, SECOND));

    const shown = await scrape(server);
    expect(shown('suspect')).toEqual([1]);
    expect(sum(shown('failures'))).toBe(1);
    expect(sum(shown('partial_failures'))).toBe(0);
    expect(shown('last_success_timestamp_seconds')).toEqual([1_750_000_000]);
  });

  test('what an incomplete walk confirmed stands until a complete walk clears it', async () => {
    const { server, gateway } = await startBoth();
    await pushRun(gateway, outcome({ complete: false, findings: [LOST_LAYER] }, FIRST));

    await pushRun(gateway, outcome({ complete: false }, SECOND));
    const afterNothing = await scrape(server);
    await pushRun(gateway, outcome({}, THIRD));
    const afterComplete = await scrape(server);

    expect(sum(afterNothing('partial_failures'))).toBe(1);
    expect(afterNothing('partial_tag_failures')).toEqual([1]);
    expect(afterNothing('failures')).toEqual([]);
    expect(afterComplete('partial_failures')).not.toEqual([]);
    expect(sum(afterComplete('partial_failures'))).toBe(0);
    expect(afterComplete('partial_tag_failures')).toEqual([]);
  });

  test('the series of tags vanish when the registry is repaired', async () => {
    const { server, gateway } = await startBoth();
    await pushRun(gateway, outcome({ findings: [finding({ tags: ['v1', 'v2'] })] }, FIRST));
    const broken = await scrape(server);

    await pushRun(gateway, outcome({}, SECOND));

    const repaired = await scrape(server);
    expect(broken('tag_failures')).toEqual([1, 1]);
    expect(repaired('tag_failures')).toEqual([]);
    expect(sum(repaired('failures'))).toBe(0);
  });

  test('two registries, and the shards of one, do not erase each other', async () => {
    const { server, gateway } = await startBoth();

    await pushRun(gateway, outcome({ findings: [finding()] }));
    await pushRun(gateway, outcome({}, { name: 'other' }));
    await pushRun(gateway, outcome({ findings: [finding(), LOST_LAYER] }, { name: 'other' }), 0);

    const shown = await scrape(server);
    expect(sum(shown('failures', { registry: 'prod', shard: '' }))).toBe(1);
    expect(sum(shown('failures', { registry: 'other', shard: '' }))).toBe(0);
    expect(sum(shown('failures', { registry: 'other', shard: '0' }))).toBe(2);
  });

  test.each(['eu/west 1', 'a%2Fb', '..', 'ümläut', '"quoted"\\'])(
    'a grouping label is shown as it is: %s',
    async (site) => {
      const { server, gateway } = await startBoth({ groupingLabels: { site } });

      await pushRun(gateway, outcome());

      const shown = await scrape(server);
      expect(shown('suspect', { job: 'probe', registry: 'prod', site, instance: '' })).toEqual([0]);
    },
  );

  test('an empty grouping label is a label that is not there', async () => {
    const { server, gateway } = await startBoth({ groupingLabels: { site: '', team: 'a' } });

    await pushRun(gateway, outcome());

    expect((await scrape(server))('suspect', { site: '', team: 'a' })).toEqual([0]);
  });

  test('names with quotes, backslashes and line feeds are shown as they are', async () => {
    const tags = ['quo"te', 'back\\slash', 'line\nfeed', 'n\\n'];
    const { server, gateway } = await startBoth();

    await pushRun(gateway, outcome({ findings: [finding({ tags })] }));

    const shown = await scrape(server);
    expect(tags.map((tag) => shown('tag_failures', { tag }))).toEqual([[1], [1], [1], [1]]);
  });

  test('behind a path prefix it is reached all the same', async () => {
    const { server, gateway } = await startBoth({}, '/push');

    await pushRun(gateway, outcome());

    expect((await scrape(server))('last_run_success')).toEqual([1]);
  });

  test('text that it does not accept is a failure with its reason, and leaves the old numbers', async () => {
    const { server, gateway } = await startBoth();
    await pushRun(gateway, outcome());

    const delivery = await push(gateway, 'registry_integrity_suspect 1');

    expect(delivery).toMatchObject({
      kind: 'failed',
      detail: expect.stringMatching(/HTTP 400: .*text format/) as string,
    });
    expect((await scrape(server))('suspect')).toEqual([0]);
  });
});

describe('a server that does not take the push', () => {
  test('its words are in the detail, but not a whole page of them', async () => {
    const stub = await startStub((_, response) => response.writeHead(400).end(`not like this\n${'x'.repeat(100_000)}`));
    onTestFinished(() => stub.stop());

    const delivery = await push(connect(stub.url));

    const detail = detailOf(delivery);
    expect(detail).toContain(`the Pushgateway at ${stub.url.host} did not take the metrics: HTTP 400: not like this x`);
    expect(detail.length).toBeLessThan(1_500);
    expect(stub.seen).toHaveLength(1);
  });

  test('a redirect is a failure, and nobody is asked where it leads', async () => {
    const elsewhere = await startStub((_, response) => response.writeHead(200).end());
    onTestFinished(() => elsewhere.stop());
    const location = new URL('/other', elsewhere.url).href;
    const stub = await startStub((_, response) => response.writeHead(308, { location }).end());
    onTestFinished(() => stub.stop());

    const delivery = await push(connect(stub.url));

    expect(detailOf(delivery)).toContain(`HTTP 308, a redirect to ${location}, which is not followed`);
    expect(elsewhere.seen).toEqual([]);
  });

  test('one that never answers is given up', async () => {
    const stub = await startStub(() => {});
    onTestFinished(() => stub.stop());

    const delivery = await push(connect(stub.url, { timeoutMs: 200 }));

    expect(detailOf(delivery)).toContain('within 200 ms');
  });

  test('a closed port is a failure that names the address', async () => {
    const url = new URL(`http://127.0.0.1:${await freePort()}/`);

    const delivery = await push(connect(url));

    expect(detailOf(delivery)).toContain(`${url.host} refused the connection`);
  });

  test('one that is busy is asked again with the same text', async () => {
    const stub = await startStub((_, response) => response.writeHead(stub.seen.length === 1 ? 503 : 202).end());
    onTestFinished(() => stub.stop());

    const delivery = await push(connect(stub.url, { retries: 1 }), 'text\n');

    expect(delivery).toEqual({ kind: 'pushed' });
    expect(stub.seen.map(({ method, target, body }) => `${method} ${target} ${body}`)).toEqual([
      'PUT /metrics/job/probe/registry/prod text\n',
      'PUT /metrics/job/probe/registry/prod text\n',
    ]);
  });

  test('what is sent is announced as text, in UTF-8', async () => {
    const stub = await startStub((_, response) => response.writeHead(200).end());
    onTestFinished(() => stub.stop());

    await push(connect(stub.url), '# ü\n');

    expect(stub.seen[0]?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(stub.seen[0]?.body).toBe('# ü\n');
  });
});

interface Patience {
  readonly timeoutMs?: number;
  readonly retries?: number;
}

async function startBoth(
  change: Partial<PushgatewayOptions> = {},
  prefix = '',
): Promise<{ readonly server: RunningPushgateway; readonly gateway: Pushgateway }> {
  const server = await startPushgateway({ prefix });
  onTestFinished(() => server.stop());
  return { server, gateway: connect(server.url, {}, change) };
}

function connect(
  url: URL,
  { timeoutMs = 10_000, retries = 0 }: Patience = {},
  change: Partial<PushgatewayOptions> = {},
): Pushgateway {
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  const transport = createTransport(
    { timeoutMs, retries, concurrency: 1, ca: null, insecure: false, userAgent: 'test', proxy },
    { clock: createRealClock(), log: silentLog, random: () => 0 },
  );
  onTestFinished(() => transport.close());
  return createPushgateway(
    { url: url.href, job: 'probe', groupingLabels: {}, ...change },
    { transport, log: silentLog },
  );
}

/** As `run` does it: complete walks replace, all others add. */
async function pushRun(gateway: Pushgateway, ended: RegistryOutcome, shard: number | null = null): Promise<void> {
  const text = await formatExposition(
    recordRun(ended, { staleAfterSeconds: 3600, shards: 1, version: '1.2.3', maxSeries: 50 }),
  );
  const mode = isComplete(ended) ? 'replace' : 'add';
  const delivery = await gateway.push(ended.name, shard, text, mode, new AbortController().signal);
  if (delivery.kind === 'failed') throw new Error(delivery.detail);
}

function push(gateway: Pushgateway, text = 'text\n'): Promise<Pushed> {
  return gateway.push('prod', null, text, 'replace', new AbortController().signal);
}

function detailOf(pushed: Pushed): string {
  return pushed.kind === 'failed' ? pushed.detail : 'pushed';
}

async function scrape(server: RunningPushgateway): Promise<Shown> {
  return shownIn(await server.metrics());
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
