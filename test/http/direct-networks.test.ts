import { describe, expect, test } from 'vitest';

import { directNetworks, firstBadNetwork } from '../../src/http/direct-networks.ts';

describe('a network among the hosts that are asked directly', () => {
  test.each([
    ['10.0.0.0/8', 'https://10.20.30.40:5000/v2/', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['localhost,10.0.0.0/8 192.168.0.0/16', 'http://192.168.255.1', true],
    ['10.0.0.1/8', 'http://10.99.0.1', true],
    ['0.0.0.0/0', 'http://192.0.2.1', true],
    ['192.0.2.1/32', 'http://192.0.2.1', true],
    ['192.0.2.1/32', 'http://192.0.2.2', false],
    ['2001:db8::/32', 'https://[2001:db8::10]:5000', true],
    ['[2001:db8::]/32', 'https://[2001:db8::10]', true],
    ['2001:db8::/32', 'https://[2001:db9::10]', false],
    ['10.0.0.0/8', 'https://registry.example.com', false],
    ['10.0.0.0/33', 'http://10.0.0.1', false],
    ['10.0.0.1', 'http://10.0.0.1', false],
    ['', 'http://10.0.0.1', false],
  ])('%s has %s in it: %s', (noProxy, url, expected) => {
    expect(directNetworks(noProxy)(new URL(url))).toBe(expected);
  });

  test.each([
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['.svc,10.0.0/8', '10.0.0/8'],
    ['10.0.0.0/', '10.0.0.0/'],
    ['2001:db8::/129', '2001:db8::/129'],
    ['10.0.0.0/8,2001:db8::/32,registry.example.com,*,.svc', null],
    ['', null],
  ])('is told when it is none: %s', (noProxy, bad) => {
    expect(firstBadNetwork(noProxy)).toBe(bad);
  });
});
