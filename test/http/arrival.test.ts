import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { awaitArrival } from '../../src/http/arrival.ts';

/** What undici hands to whoever is called back, and what was done with it. */
function controller() {
  const calls: string[] = [];
  return {
    calls,
    aborted: false,
    paused: false,
    reason: null,
    abort: (error: Error) => void calls.push(`abort: ${error.message}`),
    pause: () => void calls.push('pause'),
    resume: (): void => void calls.push('resume'),
  };
}

function started() {
  const sent: string[] = [];
  const arrival = awaitArrival(() => sent.push('sent'));
  const control = controller();
  arrival.handler.onRequestStart?.(control, {});
  return { ...arrival, control, sent };
}

const chunk = (text: string): Buffer => Buffer.from(text);

test('the head comes first, and what comes before an answer is none', async () => {
  const { handler, head, control, sent } = started();

  handler.onResponseStart?.(control, 103, { link: '<a>' });
  handler.onResponseStart?.(control, 200, { 'content-length': '1' });

  expect(await head).toEqual({ status: 200, headers: { 'content-length': '1' } });
  expect(sent).toEqual(['sent']);
});

test('what came of a body is read before what ended it', async () => {
  const { handler, body, head, control } = started();
  handler.onResponseStart?.(control, 200, {});
  await head;
  handler.onResponseData?.(control, chunk('a'));
  handler.onResponseError?.(control, new Error('cut'));
  const chunks = body[Symbol.asyncIterator]();

  expect(await chunks.next()).toEqual({ done: false, value: chunk('a') });
  await expect(chunks.next()).rejects.toThrow('cut');
});

test('a body that comes faster than it is read is held up, and goes on once it was', async () => {
  const { handler, body, control } = started();
  handler.onResponseStart?.(control, 200, {});
  handler.onResponseData?.(control, Buffer.alloc(40_000));
  const before = [...control.calls];
  handler.onResponseData?.(control, Buffer.alloc(40_000));
  const held = [...control.calls];
  const chunks = body[Symbol.asyncIterator]();
  await chunks.next();
  await chunks.next();
  const third = chunks.next();
  const gone = [...control.calls];
  handler.onResponseData?.(control, chunk('a'));

  expect([before, held, gone]).toEqual([[], ['pause'], ['pause', 'resume']]);
  expect((await third).value).toEqual(chunk('a'));
});

test('what comes in the same moment in which a body is to go on is not waited for', async () => {
  const { handler, body, control } = started();
  handler.onResponseStart?.(control, 200, {});
  handler.onResponseData?.(control, Buffer.alloc(70_000));
  const chunks = body[Symbol.asyncIterator]();
  await chunks.next();
  // What waits in the socket's own buffer is handed over before `resume` returns, and holds the rest up again.
  control.resume = () => {
    handler.onResponseData?.(control, Buffer.alloc(70_001));
  };

  const second = await Promise.race([chunks.next(), setImmediate(null)]);

  expect(second?.value).toHaveLength(70_001);
});

test('who is told to stop waits for no connection, and nothing is sent on it later', async () => {
  const sent: string[] = [];
  const { handler, head, abort } = awaitArrival(() => sent.push('sent'));
  abort(new Error('stop'));
  await expect(head).rejects.toThrow('stop');
  const control = controller();

  handler.onRequestStart?.(control, {});

  expect(sent).toEqual([]);
  expect(control.calls).toEqual(['abort: stop']);
});

test('a body that is let go of ends the request once, and one that came whole is left alone', async () => {
  const first = started();
  first.handler.onResponseStart?.(first.control, 200, {});
  first.body.destroy();
  first.body.destroy();
  const second = started();
  second.handler.onResponseStart?.(second.control, 200, {});
  second.handler.onResponseEnd?.(second.control, {});
  second.body.destroy();

  expect(first.control.calls).toEqual(['abort: Request aborted']);
  expect(second.control.calls).toEqual([]);
  await Promise.all([first.head, second.head]);
});
