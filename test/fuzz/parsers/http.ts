import assert from 'node:assert/strict';

import fc from 'fast-check';

import { withoutEcho } from '../../../src/http/echo.ts';
import { joinFields } from '../../../src/http/headers.ts';
import { createChunkReader } from '../../../src/http/lenient-chunks.ts';
import { readHead } from '../../../src/http/lenient-head.ts';
import { pauseAfter, quotaPauseMs } from '../../../src/http/pause-policy.ts';
import { parseRetryAfter } from '../../../src/http/retry-policy.ts';
import { isDecodable, readCodings, startDecoding } from '../../../src/http/decoding.ts';
import { apiError, observe, undecided } from '../../../src/registry/answers.ts';
import { parseChallenges } from '../../../src/registry/auth/challenge.ts';
import { chooseScheme } from '../../../src/registry/auth/scheme.ts';
import { readTokenAnswer } from '../../../src/registry/auth/token-answer.ts';
import { readNextLink } from '../../../src/registry/next-link.ts';
import { policyIn } from '../../../src/registry/policy.ts';
import { detailLine } from '../../../src/report/detail.ts';
import { unknown } from '../../../src/walk/lookup.ts';
import { assertLine } from '../claims.ts';
import { asyncProperty, property, type Property } from '../property.ts';
import { anyText, damaged, nearly, oddJson, oddText } from '../texts.ts';
import { ENCODINGS, encodedBy } from './encodings.ts';
import { responseWith } from './responses.ts';

const LONGEST_DETAIL = 400;
const NOW = Date.UTC(2026, 0, 2);
const REALM = { registry: new URL('https://registry.example.com/'), insecure: false };

const challenge = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        'Bearer',
        'basic',
        'Negotiate YII=',
        ' realm=',
        '"https://auth.example.com/token"',
        'scope="a b"',
        ',',
        ' ',
        '=',
        '"',
        '\\"',
        'service=x',
        'realm="http://x/?a=b#c"',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
  anyText,
);
const link = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '<',
        '/v2/_catalog?n=1&last=a',
        '>',
        '; rel="next"',
        ';rel=next',
        ',',
        '"',
        "title*=UTF-8''%e2",
        '%',
        '?',
        '#',
        '\\',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
  anyText,
);
const seconds = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '99999999999',
    '-1',
    '1e9',
    'Fri, 02 Jan 2026 00:00:09 GMT',
    '0;w=20',
    'limit=1, remaining=0, reset=5',
    '0, 0;w=9',
  ),
  anyText,
);
const headName = fc.constantFrom(
  'Content-Length',
  'Transfer-Encoding',
  'Content-Type',
  'X',
  ' folded',
  'Bad Name',
  'Connection',
  '',
);
const head = fc
  .record({
    line: fc.oneof(
      fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.0 404 x', 'HTTP/1.1 103 Early', 'HTTP/1.9 099', 'SSH-2.0'),
      oddText,
    ),
    fields: fc.array(fc.tuple(headName, fc.oneof(fc.constantFrom('chunked', '5', '5', 'gzip', '1 '), oddText)), {
      maxLength: 6,
    }),
    end: fc.constantFrom('\r\n', '\n'),
  })
  .map(({ line, fields, end }) =>
    Buffer.from([line, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join(end)).toString('latin1'),
  );
const body = fc.oneof(
  damaged(
    nearly({
      errors: fc.array(
        nearly({
          code: fc.oneof(fc.constantFrom('DENIED', 'MANIFEST_UNKNOWN', 'PROJECTPOLICYVIOLATION'), oddText),
          message: anyText,
          detail: oddJson,
        }),
        { maxLength: 2 },
      ),
    }).map((one) => JSON.stringify(one)),
  ),
  damaged(anyText),
);
const secret = fc.stringMatching(/^[A-Za-z0-9+/=._~!$&:-]{12,90}$/);

/** What reads answers: heads, headers, bodies of errors, tokens. */
export const HTTP_PROPERTIES: readonly Property[] = [
  property('challenges', challenge, (header) => {
    for (const { scheme, params } of parseChallenges(header)) {
      assert.equal(scheme, scheme.toLowerCase());
      for (const value of Object.values(params)) assert.ok(value.length <= header.length);
    }
    const chosen = chooseScheme(header, { kind: 'none' }, REALM);
    if (chosen.kind === 'unknown') assertLine(detailLine(chosen.detail), LONGEST_DETAIL);
    if (chosen.kind === 'bearer') assert.equal(chosen.realm.protocol, 'https:');
    if (chosen.kind === 'bearer') assert.equal(chosen.realm.username + chosen.realm.password, '');
  }),
  property('next-links', link, (header) => {
    const next = readNextLink(header);

    if (next.kind === 'next') assert.equal('probe' in next.query, false);
  }),
  property(
    'pauses',
    fc.record({
      'retry-after': seconds,
      'ratelimit-remaining': seconds,
      'ratelimit-reset': seconds,
      ratelimit: seconds,
    }),
    (headers) => {
      for (const ms of [parseRetryAfter(headers['retry-after'], NOW), quotaPauseMs(headers)]) {
        assert.ok(ms === null || (Number.isFinite(ms) && ms >= 0));
      }
      for (const status of [200, 429, 503]) {
        const pause = pauseAfter(1, responseWith({ status, headers }), { now: NOW, random: 0.5 });
        assert.ok(pause === null || (Number.isFinite(pause.ms) && pause.ms >= 0));
        if (pause?.kind === 'wait') assert.ok(pause.ms <= 30_000);
      }
    },
  ),
  property('heads', fc.tuple(head, fc.constantFrom('GET' as const, 'HEAD' as const)), ([raw, method]) => {
    const read = readHead(raw, method);

    if (read.kind === 'garbled') assertLine(read.oddity, 100);
    if (read.kind !== 'final') return;
    const again = readHead(read.text, method);
    assert.deepEqual(again, {
      ...read,
      text: again.kind === 'final' ? again.text : '',
      changed: again.kind === 'final' && again.changed,
    });
    assert.equal(again.kind === 'final' && again.text, read.text);
  }),
  property(
    'long-headers',
    fc.tuple(
      fc.constantFrom('', 'x', '<a>; rel="', 'a ', '"'),
      fc.constantFrom(' ', '\t', '\n b', ',', ';', '"', '\\', '=', '<a>,', 'a=b ', 'a.', '##a'),
      fc.constantFrom('', 'y', '"'),
    ),
    ([before, unit, behind]) => {
      const text = before + unit.repeat(60_000 / unit.length) + behind;
      const raw = `HTTP/1.1 200 OK\nX: ${text}\nContent-Length:${text}\n\n`;

      // Each answer may be so.
      for (let answers = 0; answers < 12; answers += 1) {
        readHead(raw, 'GET');
        joinFields({ x: ` ${text}` });
        readNextLink(text);
        parseChallenges(text);
        quotaPauseMs({ 'ratelimit-remaining': text, ratelimit: text });
        detailLine(undecided('GET', responseWith({ status: 404, headers: { 'content-type': text } })).detail);
      }
    },
    0.1,
  ),
  property(
    'chunks',
    fc.tuple(
      damaged(
        fc
          .array(
            fc.oneof(
              fc.constantFrom(
                '5\r\nhello\r\n',
                '0\r\n\r\n',
                '5;x=y\r\nhello\r\n',
                '0\r\nX: y\r\n\r\n',
                'ffffffffffff\r\n',
              ),
              oddText,
            ),
            { maxLength: 6 },
          )
          .map((parts) => parts.join('')),
      ),
      fc.integer({ min: 1, max: 7 }),
    ),
    ([bytes, step]) => {
      const whole = createChunkReader(() => {})(bytes);
      const reader = createChunkReader(() => {});
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += step) parts.push(reader(bytes.subarray(at, at + step)));

      assert.equal(dataOf(Buffer.concat(parts)), dataOf(Buffer.from(whole)));
    },
  ),
  asyncProperty(
    'codings',
    fc.tuple(
      fc.array(fc.constantFrom('gzip', 'zstd', 'deflate', 'br', 'x-gzip', 'identity'), { maxLength: 5 }),
      damaged(anyText),
    ),
    async ([names, bytes]) => {
      const codings = readCodings(names.join(', '));
      if (!isDecodable(codings)) return;

      const decoding = startDecoding(codings);

      try {
        for await (const chunk of decoding.chunks(once(bytes))) assert.ok(chunk.length < 1024 * 1024);
      } catch (thrown) {
        assert.ok(thrown instanceof Error);
      }
    },
  ),
  property(
    'headers',
    fc.dictionary(
      fc.oneof(fc.constantFrom('Link', 'content-type', '__proto__'), oddText),
      fc.oneof(oddText, fc.array(oddText, { maxLength: 3 })),
    ),
    (fields) => {
      for (const [name, value] of Object.entries(joinFields(fields))) {
        assert.equal(name, name.toLowerCase());
        assert.equal(typeof value, 'string');
      }
    },
  ),
  property(
    'errors-of-registries',
    fc.record({
      status: fc.constantFrom(200, 400, 401, 403, 404, 412, 429, 500, 503),
      body,
      type: fc.oneof(fc.constantFrom('application/json', 'text/html', ''), oddText),
      redirected: fc.boolean(),
    }),
    ({ type, ...parts }) => {
      const response = responseWith({ ...parts, headers: { 'content-type': type } });

      for (const { detail } of [observe('GET', response), undecided('GET', response)])
        assertLine(detailLine(detail), LONGEST_DETAIL);
      const error = apiError(response);
      if (error !== undefined) assert.ok(error.code.length + error.message.length <= 4_000);
      const policy = policyIn(response);
      if (policy !== null) assertLine(detailLine(policy.words), LONGEST_DETAIL);
    },
  ),
  property(
    'tokens',
    fc.oneof(
      damaged(
        nearly({
          token: oddText,
          access_token: fc.string(),
          expires_in: fc.oneof(fc.integer(), fc.double(), oddText),
          issued_at: oddText,
        }).map((one) => JSON.stringify(one)),
      ),
      body,
    ),
    (bytes) => {
      const question = {
        realm: new URL('https://auth.example.com/token'),
        scopes: ['repository:a:pull'],
        anonymous: false,
      };
      const clock = { now: () => NOW, elapsed: () => 0 };

      const token = readTokenAnswer(responseWith({ body: bytes }), question, clock);

      if (token.kind === 'unknown') return assertLine(detailLine(token.detail), LONGEST_DETAIL);
      assert.match(token.value, /^[\x21-\x7e]+$/);
      assert.ok(token.refreshAt >= 0);
    },
  ),
  property('details', anyText, (text) => {
    const { detail } = unknown('protocol', text);

    assertLine(detailLine(detail), LONGEST_DETAIL);
    assert.equal(detailLine(detailLine(detail)), detailLine(detail));
  }),
  property(
    'echoes',
    fc.record({
      secret,
      scheme: fc.constantFrom('Bearer', 'Basic'),
      user: fc.stringMatching(/^[a-z$]{1,8}$/),
      how: fc.array(fc.constantFrom(...ENCODINGS), { maxLength: 2 }),
      what: fc.constantFrom('secret', 'header', 'decoded'),
      around: oddText,
    }),
    ({ secret: word, scheme, user, how, what, around }) => {
      const decoded = scheme === 'Basic' ? `${user}:${word}` : word;
      const value = scheme === 'Basic' ? Buffer.from(decoded).toString('base64') : word;
      const said = encodedBy(how, { secret: word, header: `${scheme} ${value}`, decoded }[what]);
      const echoed = Buffer.from(`${around}${said}${around}`);

      const clean = Buffer.from(withoutEcho(echoed, { authorization: `${scheme} ${value}` }));

      assert.ok(!clean.includes(said), `${JSON.stringify(said)} is still in ${JSON.stringify(clean.toString())}`);
    },
    0.1,
  ),
];

/** The data of chunks, without where one ends and the next begins, and whether they end well. */
function dataOf(chunks: Buffer): string {
  let data = '';
  for (let rest = chunks; rest.length > 0;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.toString('latin1', 0, line), 16);
    if (!Number.isInteger(size)) return `${data} broken`;
    if (size === 0) return `${data} done`;
    data += rest.toString('latin1', line + 2, line + 2 + size);
    rest = rest.subarray(line + 2 + size + 2);
  }
  return data;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
