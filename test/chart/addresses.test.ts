import { describe, expect, test } from 'vitest';

import { LEAST, templateText, type Values } from '../support/chart.ts';

/** Every template that reads an address is rendered, so that none of them trips over it first. */
const POLICY: Values = { ...LEAST, networkPolicy: { enabled: true } };

const NO_URL = 'give an http or https URL without credentials, query or fragment, such as';

describe('an address', () => {
  test.each([
    'https://a b',
    'http://',
    'https://me:secret@registry.example.com',
    'ftp://registry.example.com',
    'https://registry.example.com/%zz',
    'https://[::1',
    'https://registry.example.com:999999',
    'https://registry.example.com?a=b',
    ' https://registry.example.com',
  ])('that is none is refused with a sentence: %s', (url) => {
    const told = (path: string): string => `${path} is ${JSON.stringify(url)}`;

    const problems = [
      problemOf({ registries: { prod: { url } } }),
      problemOf({ pushgateway: { url } }),
      problemOf({ proxy: { httpsProxy: url } }),
    ];

    expect(problems[0]).toContain(`${told('registries.prod.url')}; ${NO_URL}`);
    expect(problems[1]).toContain(told('pushgateway.url'));
    expect(problems[2]).toMatch(/proxy\.httpsProxy (?:is|has credentials)/);
    expect(problems.filter((problem) => /error calling|nil pointer/.test(problem))).toEqual([]);
  });

  test.each([
    'registry.example.com',
    'registry.example.com:5000',
    'HTTPS://Registry.example.com./path/of-it',
    'http://[2001:db8::10]:5000',
    'https://team_a.registry',
  ])('of a registry may be %s', (url) => {
    expect(problemOf({ registries: { prod: { url } } })).toBe('');
  });

  test('of a registry is not that of its API', () => {
    expect(problemOf({ registries: { prod: { url: 'https://registry.example.com/v2/' } } })).toContain(
      'registries.prod.url is https://registry.example.com/v2/; leave out the /v2, which every request adds.',
    );
  });

  test('of a Pushgateway has a scheme', () => {
    expect(problemOf({ pushgateway: { url: 'push.example.com:9091' } })).toContain(
      'pushgateway.url is "push.example.com:9091", without a scheme; begin it with http:// or https://.',
    );
  });
});

describe('an image', () => {
  test.each<readonly [string, Values]>([
    ['"https://ghcr.io/registry-integrity-probe:0.1.0"', { image: { registry: 'https://ghcr.io', tag: '0.1.0' } }],
    ['"mirror/registry-integrity-probe:0 1"', { global: { imageRegistry: 'mirror' }, image: { tag: '0 1' } }],
    ['"team/Probe:0.1.0"', { image: { repository: 'team/Probe', tag: '0.1.0' } }],
  ])('that no node can pull is refused: %s', (image, values) => {
    expect(problemOf(values)).toContain(`image and global.imageRegistry make ${image}, which is no image`);
  });

  test('of the Pushgateway is looked at, too', () => {
    const values = { pushgateway: { enabled: true, image: { registry: 'http://quay.io' } } };

    expect(problemOf(values)).toContain('pushgateway.image and global.imageRegistry make "http://quay.io/prometheus/');
  });

  test('may have a digest after its tag, a port, and slashes after its mirror', () => {
    const tag = `0.1.0@sha256:${'a'.repeat(64)}`;

    const text = templateText({
      ...LEAST,
      image: { tag },
      global: { imageRegistry: 'mirror.example.com:5000/quay//' },
    });

    expect(text).toContain(`image: "mirror.example.com:5000/quay/registry-integrity-probe:${tag}"`);
  });
});

/** What helm says of these values, or nothing. */
function problemOf(values: Values): string {
  try {
    templateText({ ...POLICY, ...values });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
