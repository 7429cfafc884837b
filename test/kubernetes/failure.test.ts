import { describe, expect, test } from 'vitest';

import { failureOfError, failureOfStatus } from '../../src/kubernetes/failure.ts';
import { NEVER } from './scene.ts';

describe('what the API did not do', () => {
  test.each([
    ['a Status as text', '{"kind":"Status","message":"no such thing"}', 'HTTP 404: no such thing'],
    ['a Status', { kind: 'Status', message: 'no such thing' }, 'HTTP 404: no such thing'],
    ['a message that is no text', { kind: 'Status', message: 7 }, 'HTTP 404'],
    ['escapes', { kind: 'Status', message: 'a\u001b[31mb\n' }, 'HTTP 404: a\\u{1b}[31mb'],
    ['a long message', { kind: 'Status', message: 'x'.repeat(1000) }, `HTTP 404: ${'x'.repeat(300)}...`],
  ])('is told in one line: %s', (_, body, detail) => {
    const failure = failureOfStatus(404, body);

    expect(failure).toEqual({ kind: 'failed', reason: 'not_found', detail });
  });

  test.each([
    ['a page of HTML', '<html>login</html>'],
    ['nothing', undefined],
    ['JSON of another kind', '{"message":"page not found"}'],
  ])('says nothing of what is in the cluster when a 404 comes with %s', (_, body) => {
    expect(failureOfStatus(404, body)).toMatchObject({ reason: 'other' });
  });

  test.each([
    ['its innermost cause', new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })],
    [
      'the first of several',
      new TypeError('fetch failed', { cause: new AggregateError([new Error('connect ECONNREFUSED')], '') }),
    ],
    ['itself', new Error('connect ECONNREFUSED')],
    ['a text', 'connect ECONNREFUSED'],
  ])('is told by %s when there was no answer', (_, thrown) => {
    const failure = failureOfError(thrown, NEVER);

    expect(failure).toEqual({ kind: 'failed', reason: 'unreachable', detail: 'connect ECONNREFUSED' });
  });
});
