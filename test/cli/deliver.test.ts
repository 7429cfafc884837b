import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createDelivery, type Delivery } from '../../src/cli/deliver.ts';
import { VERSION } from '../../src/cli/version.ts';
import { parseExposition } from '../../src/metrics/exposition.ts';
import type { Environment } from '../../src/config/environment.ts';
import type { FlagValues } from '../../src/config/flags.ts';
import { load } from '../config/loading.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { createRealClock } from '../support/clock.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog, type KeptLog } from './kept-log.ts';

const NEVER = new AbortController().signal;

interface Scene {
  readonly delivery: Delivery;
  readonly log: KeptLog;
}

/** The options of a delivery, as a person would give them. */
interface Given {
  readonly flags?: FlagValues;
  readonly env?: Environment;
  readonly files?: Readonly<Record<string, string>>;
}

async function deliverAs({ flags = {}, env = {}, files = {} }: Given): Promise<Scene> {
  const { settings } = await load({ flags, env: { PROBE_PUSHGATEWAY_RETRIES: '0', ...env }, files });
  const log = keepLog();
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  const delivery = createDelivery(settings, { io: fakeIo(), clock: createRealClock(), log, proxy });
  onTestFinished(() => delivery.close());
  return { delivery, log };
}

async function startGateway(status = 202): Promise<HttpStub> {
  const stub = await startStub((_, response) => response.writeHead(status).end('what it says'));
  onTestFinished(() => stub.stop());
  return stub;
}

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deliver-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'probe.prom');
}

function names(text: string): readonly string[] {
  const parsed = parseExposition(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.families.map(({ name }) => name.replace('registry_integrity_', ''));
}

describe('a delivery to a Pushgateway', () => {
  test.each([
    { title: 'a complete walk replaces what was known', ended: outcome({ findings: [finding()] }), method: 'PUT' },
    { title: 'an incomplete one adds to it', ended: outcome({ complete: false }), method: 'POST' },
    { title: 'so does a suspect one', ended: outcome({ verdict: 'suspect' }), method: 'POST' },
  ])('$title', async ({ ended, method }) => {
    const gateway = await startGateway();
    const { delivery, log } = await deliverAs({ flags: { 'pushgateway.url': gateway.url.origin } });

    expect(await delivery.deliver(ended, NEVER)).toBe(true);

    expect(gateway.seen.map((request) => `${request.method} ${request.target}`)).toEqual([
      `${method} /metrics/job/registry-integrity-probe/registry/prod`,
    ]);
    expect(names(gateway.seen[0]?.body ?? '').includes('failures')).toBe(method === 'PUT');
    expect(log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  test('goes out with what settings give: job, labels, thresholds, version, credentials', async () => {
    const gateway = await startGateway();
    const { delivery } = await deliverAs({
      flags: { 'pushgateway.url': new URL('/behind/', gateway.url).href },
      env: {
        PROBE_PUSHGATEWAY_JOB: 'nightly',
        PROBE_PUSHGATEWAY_GROUPING_LABELS: 'cluster=eu-1',
        PROBE_PUSHGATEWAY_USERNAME: 'robot',
        PROBE_PUSHGATEWAY_PASSWORD: 'secret',
        PROBE_STALE_AFTER_SECONDS: '7200',
        PROBE_FINDINGS_MAX_SERIES: '1',
      },
    });

    await delivery.deliver(outcome({ findings: [finding({ tags: ['v1', 'v2'] })] }), NEVER);

    const [request] = gateway.seen;
    expect(request?.target).toBe('/behind/metrics/job/nightly/registry/prod/cluster/eu-1');
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('robot:secret').toString('base64')}`);
    expect(request?.body).toContain('registry_integrity_stale_after_seconds 7200\n');
    expect(request?.body).toContain('registry_integrity_tag_failures_truncated 1\n');
    expect(request?.body).toContain(`registry_integrity_build_info{version="${VERSION}"} 1\n`);
  });

  test('goes out with a token where one is given', async () => {
    const gateway = await startGateway();
    const { delivery } = await deliverAs({
      flags: { 'pushgateway.url': gateway.url.origin },
      env: { PROBE_PUSHGATEWAY_BEARER_TOKEN_FILE: '/token' },
      files: { '/token': 'abc\n' },
    });

    await delivery.deliver(outcome(), NEVER);

    expect(gateway.seen[0]?.headers.authorization).toBe('Bearer abc');
  });

  test('that is refused is told, with what the Pushgateway said', async () => {
    const gateway = await startGateway(400);
    const { delivery, log } = await deliverAs({ flags: { 'pushgateway.url': gateway.url.origin } });

    expect(await delivery.deliver(outcome(), NEVER)).toBe(false);

    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'Metrics not pushed',
        registry: 'prod',
        detail: `the Pushgateway at ${gateway.url.host} did not take the metrics: HTTP 400: what it says`,
      },
    ]);
  });

  test('that is given up is not delivered', async () => {
    const gateway = await startGateway();
    const { delivery, log } = await deliverAs({ flags: { 'pushgateway.url': gateway.url.origin } });

    expect(await delivery.deliver(outcome(), AbortSignal.abort())).toBe(false);

    expect(gateway.seen).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('a delivery into a file', () => {
  test('holds every registry, whichever is done first', async () => {
    const file = await temporaryFile();
    const { delivery } = await deliverAs({ flags: { metricsFile: file } });

    const delivered = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => delivery.deliver(outcome({}, { name }), NEVER)),
    );

    expect(delivered).toEqual([true, true, true, true]);
    const text = await readFile(file, 'utf8');
    for (const name of ['a', 'b', 'c', 'd']) {
      expect(text).toContain(
        `registry_integrity_last_run_success{job="registry-integrity-probe",registry="${name}"} 1\n`,
      );
    }
  });

  test('keeps what an incomplete run did not measure', async () => {
    const file = await temporaryFile();
    const { delivery } = await deliverAs({ flags: { metricsFile: file } });
    await delivery.deliver(outcome({ findings: [finding()] }), NEVER);

    await delivery.deliver(outcome({ complete: false }), NEVER);

    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^registry_integrity_last_run_success\{.*\} 0$/m);
    expect(text).toMatch(/^registry_integrity_failures\{.*object="child",fault="missing"\} 1$/m);
  });

  test('that cannot be written is told, and does not keep the push from being made', async () => {
    const gateway = await startGateway();
    const { delivery, log } = await deliverAs({
      flags: { metricsFile: '/nowhere/probe.prom', 'pushgateway.url': gateway.url.origin },
    });

    expect(await delivery.deliver(outcome(), NEVER)).toBe(false);

    expect(gateway.seen).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'Metrics not written',
        registry: 'prod',
        detail: expect.stringMatching(/^the metrics file \/nowhere\/probe\.prom cannot be written: ENOENT/) as string,
      },
    ]);
  });

  test('is made also where the push fails', async () => {
    const gateway = await startGateway(500);
    const file = await temporaryFile();
    const { delivery } = await deliverAs({ flags: { metricsFile: file, 'pushgateway.url': gateway.url.origin } });

    expect(await delivery.deliver(outcome(), NEVER)).toBe(false);

    expect(names(await readFile(file, 'utf8'))).toContain('failures');
  });
});

describe('a delivery to nowhere', () => {
  test('is delivered at once: neither a Pushgateway nor a file is given', async () => {
    const { delivery, log } = await deliverAs({});

    expect(await delivery.deliver(outcome(), NEVER)).toBe(true);
    expect(log.lines).toEqual([]);
  });

  test('is what a dry run does', async () => {
    const gateway = await startGateway();
    const file = await temporaryFile();
    const { delivery } = await deliverAs({
      flags: { dryRun: true, metricsFile: file, 'pushgateway.url': gateway.url.origin },
    });

    expect(await delivery.deliver(outcome(), NEVER)).toBe(true);

    expect(gateway.seen).toEqual([]);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test.each([{}, { metricsFile: '/tmp/probe.prom' }, { 'pushgateway.url': 'http://127.0.0.1:9' }])(
  'labels that cannot work are refused before anything is walked: %j',
  async (flags) => {
    const env = { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'repository=x' };

    await expect(deliverAs({ flags, env })).rejects.toMatchObject({ name: 'GroupingError' });
  },
);
