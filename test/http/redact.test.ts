import { expect, test } from 'vitest';
import { describeUrl } from '../../src/http/redact.ts';

test.each([
  ['https://registry.example.com/v2/', 'https://registry.example.com/v2/'],
  ['https://user:secret@registry.example.com:5000/v2/?token=secret#part', 'https://registry.example.com:5000/v2/'],
  ['http://[::1]:5000/v2/app/blobs/sha256:0?X-Amz-Signature=secret', 'http://[::1]:5000/v2/app/blobs/sha256:0'],
])('%s is shown as %s', (url, shown) => {
  expect(describeUrl(new URL(url))).toBe(shown);
});
