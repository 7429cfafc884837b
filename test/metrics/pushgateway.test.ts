import { describe, expect, test } from 'vitest';

import type { HttpOutcome, HttpRequest, Transport } from '../../src/http/exchange.ts';
import { createPushgateway, type PushgatewayOptions } from '../../src/metrics/pushgateway.ts';
import { silentLog } from '../../src/util/log.ts';

const OPTIONS = { url: 'http://pushgateway.example.com:9091', job: 'probe', groupingLabels: {} };
const SIGNAL = new AbortController().signal;

describe('push', () => {
  test.each([
    ['replace', 'PUT'],
    ['add', 'POST'],
  ] as const)('to %s is a %s of the text', async (mode, method) => {
    const { transport, requests } = answering(response(200));
    const gateway = createPushgateway(
      { ...OPTIONS, groupingLabels: { cluster: 'a/b' } },
      { transport, log: silentLog },
    );

    const delivery = await gateway.push('prod', 2, 'text\n', mode, SIGNAL);

    expect(delivery).toEqual({ kind: 'pushed' });
    expect(requests).toMatchObject([
      {
        method,
        body: 'text\n',
        redirects: 'none',
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      },
    ]);
    expect(requests[0]?.url.pathname).toBe('/metrics/job/probe/registry/prod/shard/2/cluster@base64/YS9i');
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['a user with a password', { username: 'us', password: 'pä:ss' }, 'Basic dXM6cMOkOnNz'],
    ['a token', { bearerToken: 'abc' }, 'Bearer abc'],
  ])('%s goes into the header', async (_, credentials, authorization) => {
    const { transport, requests } = answering(response(202));
    const gateway = createPushgateway({ ...OPTIONS, ...credentials }, { transport, log: silentLog });

    await gateway.push('prod', null, '', 'replace', SIGNAL);

    expect(requests[0]?.headers).toMatchObject({ authorization });
  });

  test.each([
    ['a refusal with its reason', response(400, 'pushed metrics\nare invalid'), 'HTTP 400: pushed metrics are invalid'],
    ['a refusal without a body', response(401), 'did not take the metrics: HTTP 401'],
    ['another success than 200 and 202', response(204), 'HTTP 204'],
    [
      'a redirect',
      response(308, '', { location: 'https://user:secret@other.example.com/x?token=secret' }),
      'HTTP 308, a redirect to https://other.example.com/x, which is not followed',
    ],
    ['a redirect to nowhere', response(302), 'a redirect to nowhere'],
    ['no answer', failure('the connection was refused'), 'did not take the metrics: the connection was refused'],
  ])('%s is a failure that says so', async (_, outcome, detail) => {
    const gateway = createPushgateway(OPTIONS, { transport: answering(outcome).transport, log: silentLog });

    const delivery = await gateway.push('prod', null, 'text\n', 'add', SIGNAL);

    expect(delivery).toMatchObject({ kind: 'failed', detail: expect.stringContaining(detail) as string });
    expect(JSON.stringify(delivery)).not.toContain('secret');
  });
});

describe('groups', () => {
  test('are asked for at the query API, with the credentials, and no redirect', async () => {
    const { transport, requests } = answering(response(200, '{"status":"success","data":[{"labels":{"job":"a"}}]}'));
    const options = { ...OPTIONS, url: 'http://h.example.com/push/', bearerToken: 'abc' };

    const answer = await createPushgateway(options, { transport, log: silentLog }).groups(SIGNAL);

    expect(answer).toEqual({ kind: 'listed', groups: [{ labels: { job: 'a' }, pushedAt: null }] });
    expect(requests).toMatchObject([{ method: 'GET', redirects: 'none', headers: { authorization: 'Bearer abc' } }]);
    expect(requests[0]?.url.href).toBe('http://h.example.com/push/api/v1/metrics');
  });

  test.each([
    [response(404, 'not found'), 'did not list its groups: HTTP 404: not found'],
    [response(200, '<html>'), 'did not list its groups: the answer is no such list'],
    [failure('the connection was refused'), 'did not list its groups: the connection was refused'],
  ])('that do not come are told of: %#', async (outcome, detail) => {
    const gateway = createPushgateway(OPTIONS, { transport: answering(outcome).transport, log: silentLog });

    expect(await gateway.groups(SIGNAL)).toEqual({
      kind: 'failed',
      detail: `the Pushgateway at pushgateway.example.com:9091 ${detail}`,
    });
  });
});

describe('remove', () => {
  test('is a DELETE of the group, under its own labels', async () => {
    const { transport, requests } = answering(response(202));
    const gateway = createPushgateway(OPTIONS, { transport, log: silentLog });

    const answer = await gateway.remove({ labels: { cluster: 'a/b', job: 'x', registry: 'y' }, pushedAt: 1 }, SIGNAL);

    expect(answer).toEqual({ kind: 'removed' });
    expect(requests).toMatchObject([{ method: 'DELETE', redirects: 'none' }]);
    expect(requests[0]?.url.pathname).toBe('/metrics/job/x/cluster@base64/YS9i/registry/y');
  });

  test('that is refused is told of', async () => {
    const gateway = createPushgateway(OPTIONS, { transport: answering(response(403)).transport, log: silentLog });

    const answer = await gateway.remove({ labels: { job: 'x' }, pushedAt: 1 }, SIGNAL);

    expect(answer).toMatchObject({ kind: 'failed', detail: expect.stringContaining('HTTP 403') as string });
  });
});

describe('createPushgateway', () => {
  const REFUSED: readonly (readonly [string, Partial<PushgatewayOptions>, string])[] = [
    ['a URL that is none', { url: 'pushgateway:9091/' }, 'needs a URL'],
    ['another scheme', { url: 'ftp://h.example.com' }, 'needs a URL'],
    ['credentials in the URL', { url: 'http://u:hunter2@h.example.com' }, 'no credentials'],
    ['a query', { url: 'http://h.example.com/?a=hunter2' }, 'query'],
    ['two kinds of credentials', { username: 'u', bearerToken: 'hunter2' }, 'not both'],
    ['a grouping label that is no label', { groupingLabels: { 'a-b': 'x' } }, "'a-b'"],
    ['an empty job', { job: '' }, 'job'],
  ];

  test.each(REFUSED)('refuses %s without repeating a secret', (_, change, problem) => {
    const create = (): unknown =>
      createPushgateway({ ...OPTIONS, ...change }, { transport: answering(response(200)).transport, log: silentLog });

    expect(create).toThrow(problem);
    expect(create).not.toThrow('hunter2');
  });
});

function answering(outcome: HttpOutcome): { readonly transport: Transport; readonly requests: readonly HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const transport: Transport = {
    send: (request) => {
      requests.push(request);
      return Promise.resolve(outcome);
    },
    sent: {},
    settled: () => null,
    standing: () => null,
    close: () => Promise.resolve(),
  };
  return { transport, requests };
}

function response(status: number, text = '', headers: Readonly<Record<string, string>> = {}): HttpOutcome {
  const body = new TextEncoder().encode(text);
  const url = new URL(OPTIONS.url);
  return { kind: 'response', status, headers, body, received: body.length, end: 'complete', url, redirected: false };
}

function failure(detail: string): HttpOutcome {
  return { kind: 'failure', failure: 'refused', detail, url: new URL(OPTIONS.url) };
}
