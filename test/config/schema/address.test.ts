import { describe, expect, test } from 'vitest';

import { Host, ProxyUrl, PushgatewayUrl, RegistryUrl } from '../../../src/config/schema/address.ts';

describe('RegistryUrl', () => {
  test.each([
    ['https://registry.example.com', 'https://registry.example.com'],
    ['https://registry.example.com/', 'https://registry.example.com'],
    ['HTTPS://Registry.Example.com:443', 'https://registry.example.com'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['registry.example.com', 'https://registry.example.com'],
    ['localhost:5000', 'https://localhost:5000'],
    ['[::1]:5000', 'https://[::1]:5000'],
    ['https://registry.example.com.:5000/prefix', 'https://registry.example.com:5000/prefix'],
    ['https://registry.example.com/repository/docker/', 'https://registry.example.com/repository/docker'],
    ['http://registry.registry_ns.svc', 'http://registry.registry_ns.svc'],
  ])('reads %s', (written, url) => {
    expect(RegistryUrl.parse(written)).toBe(url);
  });

  test.each([
    '',
    'https://',
    'ftp://registry.example.com',
    'https:registry.example.com',
    'http:/registry.example.com',
    'https://robot@registry.example.com',
    'https://robot:secret@registry.example.com',
    'https://@registry.example.com',
    'https://registry.example.com?',
    'https://registry.example.com/?n=1',
    'https://registry.example.com#top',
    'https://registry.example.com/v2',
    'https://registry.example.com/v2/',
    'https://registry.example.com:99999',
    'https://registry.example.com:',
    'https://registry..example.com',
    'https://::1',
    ' https://registry.example.com',
    'https://registry example.com',
    'https://registry.example.com, https://b.example.com',
    'unix:///var/run/registry.sock',
  ])('refuses %j', (written) => {
    expect(RegistryUrl.safeParse(written).success).toBe(false);
  });
});

describe('PushgatewayUrl', () => {
  test.each([
    ['http://pushgateway.example.com:9091/', 'http://pushgateway.example.com:9091'],
    ['https://example.com/pushgateway/', 'https://example.com/pushgateway'],
  ])('reads %s', (written, url) => {
    expect(PushgatewayUrl.parse(written)).toBe(url);
  });

  test.each(['pushgateway:9091', 'pushgateway.example.com', '//pushgateway'])('wants a scheme: %j', (written) => {
    expect(PushgatewayUrl.safeParse(written).success).toBe(false);
  });
});

describe('ProxyUrl', () => {
  test.each([
    ['', ''],
    ['http://proxy.example.com:3128/', 'http://proxy.example.com:3128'],
    ['proxy.example.com:3128', 'http://proxy.example.com:3128'],
    ['robot:secret@proxy.example.com:3128', 'http://robot:secret@proxy.example.com:3128'],
    ['https://robot:p%40ss@proxy.example.com', 'https://robot:p%40ss@proxy.example.com'],
  ])('reads %j', (written, url) => {
    expect(ProxyUrl.parse(written)).toBe(url);
  });

  test.each(['socks5://proxy.example.com', 'http://', 'a b', 'http://proxy.example.com/?x'])(
    'refuses %j',
    (written) => {
      expect(ProxyUrl.safeParse(written).success).toBe(false);
    },
  );
});

describe('Host', () => {
  test.each([
    ['registry.example.com', 'registry.example.com'],
    ['Registry.Example.com:5000', 'registry.example.com:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['::1', '[::1]'],
    ['registry.example.com.:443', 'registry.example.com'],
    ['index.docker.io', 'docker.io'],
  ])('reads %s', (written, host) => {
    expect(Host.parse(written)).toBe(host);
  });

  test.each(['', 'https://a.example.com', 'a.example.com/team', 'a.example.com:', '*.example.com', '-a'])(
    'refuses %j',
    (written) => {
      expect(Host.safeParse(written).success).toBe(false);
    },
  );
});
