import { describe, expect, test } from 'vitest';

import { withoutAccept } from '../../src/registry/replaced-accept.ts';
import { response } from './scene.ts';

function said(status: number, message: string, redirected = false) {
  const body = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message }] });
  return withoutAccept(response(status, { redirected }, body));
}

describe('withoutAccept', () => {
  test.each([
    [404, 'OCI manifest found, but accept header does not support OCI manifests'],
    [404, 'OCI index found, but accept header does not support OCI indexes'],
    [400, 'Schema 2 manifest not supported by client'],
  ])('%i "%s" is of something that is there', (status, message) => {
    expect(said(status, message)).toMatchObject({ fault: 'unresolvable', obstacle: 'accept' });
  });

  test.each([
    [404, 'OCI artifact found, but accept header does not support OCI artifacts'],
    [404, 'manifest unknown'],
    [404, 'tag accept header does not support'],
    [500, 'OCI manifest found, but accept header does not support OCI manifests'],
    [200, 'OCI manifest found, but accept header does not support OCI manifests'],
  ])('%i "%s" is not', (status, message) => {
    expect(said(status, message)).toBeNull();
  });

  test('a store behind a redirect is not believed', () => {
    expect(said(404, 'OCI manifest found, but accept header does not support OCI manifests', true)).toBeNull();
  });
});
