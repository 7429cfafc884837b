import { describe, expect, test } from 'vitest';

import { failureOf } from '../../src/storage/failures.ts';

function failed(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code });
}

describe('failureOf', () => {
  test.each([
    ['ENOENT', { kind: 'nothing' }],
    ['ENOTDIR', { kind: 'misplaced' }],
    ['EISDIR', { kind: 'misplaced' }],
    ['EACCES', { kind: 'problem', reason: 'forbidden' }],
    ['EPERM', { kind: 'problem', reason: 'forbidden' }],
    ['EIO', { kind: 'problem', reason: 'server_error', failed: true }],
    ['ESTALE', { kind: 'problem', reason: 'server_error', failed: true }],
  ])('%s is told as %j', (code, expected) => {
    expect(failureOf(failed(code), 'blobs/x')).toMatchObject(expected);
  });

  test('what no disk says is a bug, and thrown on', () => {
    expect(() => failureOf(new TypeError('oops'), 'blobs/x')).toThrow('oops');
  });
});
