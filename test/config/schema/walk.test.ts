import { describe, expect, test } from 'vitest';

import { load, problemsOf, prod, withProd } from '../loading.ts';

const EXPECTED = 'expected a number of more than 0, such as 10 or 0.5';

describe('requestsPerSecond', () => {
  test('is no limit unless it is given', async () => {
    const loaded = await load({ file: withProd() });

    expect(loaded.settings.walk.requestsPerSecond).toBeNull();
    expect(prod(loaded).requestsPerSecond).toBeNull();
  });

  test.each([
    ['for all registries in the file', { file: `requestsPerSecond: 2.5\n${withProd()}` }, 2.5],
    ['for all registries in the environment', { file: withProd(), env: { PROBE_REQUESTS_PER_SECOND: '0.5' } }, 0.5],
    ['for one registry in the file', { file: `requestsPerSecond: 2\n${withProd('requestsPerSecond: 7')}` }, 7],
    ['for one registry: none', { file: `requestsPerSecond: 2\n${withProd('requestsPerSecond: null')}` }, null],
    [
      'for one registry in the environment',
      { file: withProd('requestsPerSecond: 7'), env: { PROBE_REGISTRIES_PROD_REQUESTS_PER_SECOND: '8' } },
      8,
    ],
  ])('is given %s', async (_, given, requestsPerSecond) => {
    expect(prod(await load(given)).requestsPerSecond).toBe(requestsPerSecond);
  });

  test.each([
    ['0', '0'],
    ['-1', '-1'],
    ['fast', "'fast'"],
    ['"3"', "'3'"],
    ['.inf', 'null'],
    ['.nan', 'null'],
  ])('is refused where it is %s', async (written, shown) => {
    const problems = await problemsOf({ file: withProd(`requestsPerSecond: ${written}`) });

    expect(problems).toEqual([`probe.yaml: registries.prod.requestsPerSecond: ${EXPECTED}, got ${shown}`]);
  });

  test('has no flag', async () => {
    await expect(load({ flags: { requestsPerSecond: '5' } })).rejects.toThrow('no flag gives requestsPerSecond');
  });
});
