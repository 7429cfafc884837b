import { describe, expect, test } from 'vitest';

import { single } from '../support/reg-fixture.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startRawFront, type RawAnswer } from './raw-front.ts';
import { broken, detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

/** What a front writes: lines of a head, how they end, and the body. */
function head(answer: RawAnswer, more: readonly string[], end = '\r\n'): string {
  const fields = answer.fields.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${answer.status} OK`, ...fields, ...more, '', ''].join(end);
}

function whole(text: string, { body }: RawAnswer): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), body]);
}

function inChunks(text: string, { body, isHead }: RawAnswer): Buffer {
  const size = Buffer.from(`${body.length.toString(16)}\r\n`);
  const chunks = body.length === 0 ? [] : [size, body, Buffer.from('\r\n')];
  return Buffer.concat([Buffer.from(text, 'latin1'), ...(isHead ? [] : [...chunks, Buffer.from('0\r\n\r\n')])]);
}

const length = ({ length: bytes }: RawAnswer): string => `Content-Length: ${bytes}`;

/** Fields that have one value, each twice, as two proxies add them. */
function doubled(answer: RawAnswer): readonly string[] {
  return answer.fields
    .filter(([name]) => /^(content-type|docker-content-digest|location)$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`);
}

describe('a registry behind something that answers oddly', () => {
  test.each<[string, (answer: RawAnswer) => Buffer]>([
    ['with the same length twice', (answer) => whole(head(answer, [length(answer), length(answer)]), answer)],
    [
      'with chunks and a length',
      (answer) => inChunks(head(answer, ['Transfer-Encoding: chunked', length(answer)]), answer),
    ],
    ['with blanks behind the length', (answer) => whole(head(answer, [`${length(answer)}  `]), answer)],
    ['with lines that end with LF alone', (answer) => whole(head(answer, [length(answer)], '\n'), answer)],
    [
      'with raw bytes and one bare LF',
      (answer) => whole(head(answer, ['X-Served-By: B\xc3\xbcro', `X-Bare: lf\n${length(answer)}`]), answer),
    ],
    ['with a folded line', (answer) => whole(head(answer, [length(answer), 'X-A: b', ' c']), answer)],
    ['with a blank before a colon', (answer) => whole(head(answer, [length(answer), 'X-A : b']), answer)],
    [
      'with an interim answer first',
      (answer) => whole(`HTTP/1.1 100 Continue\r\n\r\n${head(answer, [length(answer)])}`, answer),
    ],
    ['with 20 KiB of headers', (answer) => whole(head(answer, [length(answer), `X-A: ${'a'.repeat(20_480)}`]), answer)],
    ['with fields that come twice', (answer) => whole(head(answer, [length(answer), ...doubled(answer)]), answer)],
  ])('is walked, and what is lost is found: %s', async (_, write) => {
    const { url, store } = await startHostile();
    const front = await startRawFront(url, write);

    const sound = outcome(await probe(runFlags(front), {}));
    store.removeBlob('single', single.content.layers[0]?.digest ?? '');
    const lost = outcome(await probe(runFlags(front), {}));

    expect(sound).toEqual(SOUND);
    expect(lost).toEqual(broken('single:v1 layer/missing'));
  });

  test.each<[string, (answer: RawAnswer) => Buffer, string]>([
    [
      'with two lengths',
      (answer) => whole(head(answer, [length(answer), `Content-Length: ${answer.length + 1}`]), answer),
      'two Content-Length fields that differ',
    ],
    [
      'with a coding of the transfer that nobody knows',
      (answer) => inChunks(head(answer, ['Transfer-Encoding: chunked, identity']), answer),
      'a Transfer-Encoding other than chunked',
    ],
    [
      'with a CR in a header',
      (answer) => whole(head(answer, [`X-A: b\r${length(answer)}`, length(answer)]), answer),
      'a control character in a header',
    ],
    [
      'with 70 KiB of headers',
      (answer) => whole(head(answer, [length(answer), `X-A: ${'a'.repeat(70_000)}`]), answer),
      'more than 64 KiB of headers',
    ],
  ])('in a way that nobody can read for sure is unknown, and says why: %s', async (_, write, oddity) => {
    const { url } = await startHostile();
    const front = await startRawFront(url, write);

    const done = await probe(runFlags(front), {});

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toBe(`garbled: ${front.host} sent an answer that cannot be read: ${oddity}`);
  });
});
