import { describe, expect, test } from 'vitest';

import { groupUrl, under } from '../../src/metrics/group-url.ts';

const BASE = 'http://pushgateway.example.com:9091';

describe('groupUrl', () => {
  test.each([
    ['prod', 'registry/prod'],
    ['a.b-c_D9', 'registry/a.b-c_D9'],
    ['', 'registry@base64/='],
    ['a/b', 'registry@base64/YS9i'],
    ['.', 'registry@base64/Lg'],
    ['..', 'registry@base64/Li4'],
    ['host:5000', 'registry@base64/aG9zdDo1MDAw'],
    ['a b', 'registry@base64/YSBi'],
    ['a%2Fb', 'registry@base64/YSUyRmI'],
    ['ü', 'registry@base64/w7w'],
    ['~~~???', 'registry@base64/fn5-Pz8_'],
  ])('writes the value %j as %s', (value, segments) => {
    const url = groupUrl(new URL(BASE), { job: 'probe', registry: value });

    expect(url.href).toBe(`http://pushgateway.example.com:9091/metrics/job/probe/${segments}`);
  });

  test.each(['http://h.example.com/push', 'http://h.example.com/push/', 'http://h.example.com/push//'])(
    'keeps the path prefix of %s',
    (base) => {
      expect(groupUrl(new URL(base), { job: 'probe' }).href).toBe('http://h.example.com/push/metrics/job/probe');
    },
  );

  test('puts the job first, as a Pushgateway wants it, wherever it comes', () => {
    const url = groupUrl(new URL(BASE), { cluster: 'eu-1', registry: 'prod', job: 'a/b' });

    expect(url.pathname).toBe('/metrics/job@base64/YS9i/cluster/eu-1/registry/prod');
  });
});

test.each(['http://h.example.com', 'http://h.example.com/'])('a path is put under %s', (base) => {
  expect(under(new URL(base), 'api/v1/metrics').href).toBe('http://h.example.com/api/v1/metrics');
});
