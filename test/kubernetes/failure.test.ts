import { describe, expect, test } from 'vitest';

import { failureOfError, failureOfStatus } from '../../src/kubernetes/failure.ts';
import { NEVER } from './scene.ts';

describe('what the API did not do', () => {
  test.each([
    ['a Status as text', '{"kind":"Status","message":"no such thing"}', 'HTTP 404: no such thing'],
    ['a Status', { message: 'no such thing' }, 'HTTP 404: no such thing'],
    ['a page of HTML', '<html>login</html>', 'HTTP 404'],
    ['nothing', undefined, 'HTTP 404'],
    ['a message that is no text', { message: 7 }, 'HTTP 404'],
    ['escapes', { message: 'a\u001b[31mb\n' }, 'HTTP 404: a\\u{1b}[31mb'],
    ['a long message', { message: 'x'.repeat(1000) }, `HTTP 404: ${'x'.repeat(300)}...`],
  ])('is told in one line: %s', (_, body, detail) => {
    const failure = failureOfStatus(404, body);

    expect(failure).toEqual({ kind: 'failed', reason: 'not_found', detail });
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
