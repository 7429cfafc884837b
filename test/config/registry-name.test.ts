import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { registryNameOf } from '../../src/config/registry-name.ts';
import { RegistryName } from '../../src/config/schema/registry.ts';

describe('registryNameOf', () => {
  test.each([
    ['http://127.0.0.1:5000', '127-0-0-1-5000'],
    ['https://Registry.Example.com', 'registry-example-com'],
    ['https://registry.example.com:443/path', 'registry-example-com'],
    ['registry.example.com:5000', 'registry-example-com-5000'],
    ['http://[::1]:5000', '1-5000'],
    [`https://${'a'.repeat(39)}.example.com`, 'a'.repeat(39)],
    ['--', 'registry'],
  ])('makes a name from %s', (url, name) => {
    expect(registryNameOf(url)).toBe(name);
  });

  test('makes a valid name of anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (url) => {
        expect(RegistryName.safeParse(registryNameOf(url)).success).toBe(true);
      }),
    );
  });
});
