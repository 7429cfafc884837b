import fc from 'fast-check';

import { ENCODINGS } from '../parsers/encodings.ts';
import { manifest } from '../parsers/json.ts';
import { anyText, listedName, oddText } from '../texts.ts';

/** What an answer is about. */
export const SUBJECTS = ['base', 'catalog', 'tags', 'manifest', 'blob', 'token'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** How the body of an answer is framed, and how it ends. */
export const FRAMES = [
  'plain',
  'chunked',
  'short',
  'long',
  'no-length',
  'two-lengths',
  'bad-chunk',
  'early-hints',
  'continues',
  'bare-lines',
  'bare-returns',
  'folded',
  'twice',
  'many-headers',
  'trailers',
  'long-header',
  'reset',
  'hang-up',
  'drip',
  'silent',
] as const;

/** What is done to an answer. */
export interface Mutation {
  readonly on: Subject;
  readonly status: number | null;
  /** Added to those that are there, or in their place. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: BodyChange;
  readonly frame: (typeof FRAMES)[number];
}

/** As Content-Encoding names them: what comes coded twice, or as nodes do not read it, is among them. */
export const CODINGS = ['gzip', 'zstd', 'deflate', 'br', 'gzip, gzip', 'zstd, gzip'] as const;

export type BodyChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cut'; readonly at: number }
  /** Names beside those that are listed. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'nested'; readonly unit: string; readonly times: number }
  | { readonly kind: 'bomb'; readonly coding: (typeof CODINGS)[number]; readonly megabytes: number }
  /** An error that says with what it was asked. */
  | { readonly kind: 'echo'; readonly how: readonly (typeof ENCODINGS)[number][] };

/** What happens in one run. */
export interface Plan {
  readonly mutations: readonly Mutation[];
  /** The same question has the same answer each time. */
  readonly sticky: boolean;
  /** One has to log in. */
  readonly auth: boolean;
  /** In milliseconds after the start; null for no signal. */
  readonly signalAfter: number | null;
  readonly output: 'text' | 'json';
}

/** In the place of hosts, which are not known before they listen. */
export const THIEF = 'http://thief.invalid';

const location = fc.oneof(
  fc.constantFrom(
    `${THIEF}/v2/`,
    `${THIEF}/a?x=1#y`,
    '/v2/',
    '//',
    'http://',
    'ftp://x/',
    '',
    'http://[::1',
    'javascript:0',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://0251.0376.43518/',
    'http://2852039166./',
    '?again=1',
  ),
  oddText,
);
const header: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(fc.constant('Location'), location),
  fc.tuple(
    fc.constant('Link'),
    fc.oneof(
      fc.constantFrom('</v2/_catalog?last=zz>; rel="next"', `<${THIEF}/v2/_catalog?n=1>; rel="next"`, '<>; rel=next'),
      fc.constantFrom(
        `<//${THIEF.slice('http://'.length)}/v2/_catalog?last=a>; rel="next"`,
        '<x?>; rel="prev", '.repeat(2_000) + '</v2/_catalog?last=b>; rel="next"',
        `</v2/_catalog?last=${'c'.repeat(9_000)}>; rel="next"`,
        `<a>; rel="${' '.repeat(20_000)}x"`,
      ),
      oddText,
    ),
  ),
  fc.tuple(
    fc.constant('WWW-Authenticate'),
    fc.oneof(
      fc.constantFrom(
        'Basic',
        'Bearer',
        'Bearer realm=""',
        'Bearer realm="x"',
        'Negotiate',
        `Bearer realm="${THIEF}/\u0001"`,
        'Bearer realm="/token"',
        `Bearer realm="http://169.254.169.254/token",service="x"`,
        'Bearer realm="x", '.repeat(2_000),
        `Bearer realm="${'\\'.repeat(9_000)}`,
        `Bearer realm="${THIEF}/token",scope="${'repository:a:pull '.repeat(500)}"`,
      ),
      oddText,
    ),
  ),
  fc.tuple(
    fc.constantFrom(
      'Content-Type',
      'Docker-Content-Digest',
      'Content-Range',
      'Content-Encoding',
      'Retry-After',
      'RateLimit-Remaining',
      'Date',
      'Server',
      'Warning',
      'Set-Cookie',
      'X',
    ),
    fc.oneof(
      fc.constantFrom(
        '',
        '0',
        'gzip',
        'zstd, gzip',
        'identity',
        'bytes 0-0/1',
        'bytes */0',
        'text/html',
        'sha256:0',
        '0;w=1',
        'br',
        'gzip, gzip, gzip, gzip, gzip',
        '-1',
        'NaN',
        '99999999999999999999',
        'Fri, 31 Dec 9999 23:59:59 GMT',
        `x${' '.repeat(20_000)}y`,
      ),
      oddText,
    ),
  ),
  fc.tuple(oddText, oddText),
);
const body: fc.Arbitrary<BodyChange> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<BodyChange>({ kind: 'none' }) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        anyText,
        manifest.map((one) => JSON.stringify(one)),
        fc.constantFrom(
          '{"token":"a\\nb"}',
          '{"token":"t","expires_in":1e999}',
          '{"token":"t","expires_in":-5}',
          '{"token":"t","expires_in":"NaN"}',
          `{"token":"${'t'.repeat(70_000)}"}`,
        ),
      )
      .map((text): BodyChange => ({ kind: 'text', text })),
  },
  { weight: 2, arbitrary: fc.nat(2_000).map((at): BodyChange => ({ kind: 'cut', at })) },
  {
    weight: 6,
    arbitrary: fc
      .array(listedName, { minLength: 1, maxLength: 6 })
      .map((names): BodyChange => ({ kind: 'names', names })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        unit: fc.constantFrom('[', '{"a":', '{}', '{"layers":[', '0,', '"', ' ', '\\'),
        times: fc.nat(400_000),
      })
      .map((one): BodyChange => ({ kind: 'nested', ...one })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        coding: fc.constantFrom(...CODINGS),
        megabytes: fc.constantFrom(1, 40),
      })
      .map((one): BodyChange => ({ kind: 'bomb', ...one })),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(...ENCODINGS), { maxLength: 1 })
      .map((how): BodyChange => ({ kind: 'echo', how })),
  },
);
const STATUSES = [
  100, 101, 103, 199, 200, 201, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 412, 416,
  418, 421, 431, 451, 500, 502, 503, 504, 999,
];
/** A plain frame mostly: what comes in an odd one is seldom looked at. */
const frame = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...FRAMES.slice(0, 2)) },
  { weight: 3, arbitrary: fc.constantFrom(...FRAMES.slice(2, -2)) },
  { weight: 1, arbitrary: fc.constantFrom(...FRAMES.slice(-2)) },
);
const names = fc
  .array(listedName, { minLength: 1, maxLength: 6 })
  .map((all): BodyChange => ({ kind: 'names', names: all }));

/** By somebody who has the registry, or is between it and us. */
const ofRegistry: fc.Arbitrary<Mutation> = fc.record({
  on: fc.constantFrom(...SUBJECTS),
  status: fc.option(fc.constantFrom(...STATUSES)),
  headers: fc.array(header, { maxLength: 3 }),
  body,
  frame,
});
/** By somebody who may push, to a repository of theirs or to new ones. */
const ofTenant: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    on: fc.constantFrom<Subject>('manifest', 'blob', 'tags'),
    status: fc.constantFrom(null, 200, 404),
    headers: fc.constant([]),
    body,
    frame: fc.constantFrom('plain' as const, 'chunked' as const),
  }),
  fc.record({
    on: fc.constantFrom<Subject>('catalog', 'tags'),
    status: fc.constant(null),
    headers: fc.constant([]),
    body: names,
    frame: fc.constant('plain' as const),
  }),
);
const how = { sticky: fc.boolean(), auth: fc.boolean(), output: fc.constantFrom('text' as const, 'json' as const) };

/** Half of them by tenants alone, and a few with a signal. */
export const plan: fc.Arbitrary<Plan> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      mutations: fc.array(ofTenant, { minLength: 1, maxLength: 5 }),
      signalAfter: fc.constant(null),
      ...how,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      mutations: fc.array(fc.oneof(ofTenant, ofRegistry), { minLength: 1, maxLength: 5 }),
      signalAfter: fc.constant(null),
      ...how,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      mutations: fc.array(fc.oneof(ofTenant, ofRegistry), { minLength: 1, maxLength: 5 }),
      signalAfter: fc.nat(800),
      ...how,
    }),
  },
);

/**
 * True where nothing but what one repository holds is odd, as somebody who may push to it can have it: the registry and
 * the network are as they ought to be, so that nothing excuses a silence about the others.
 */
export function isOfDocuments({ mutations, signalAfter }: Plan): boolean {
  return (
    signalAfter === null &&
    mutations.every(
      ({ on, status, headers, frame: framed, body: { kind } }) =>
        (on === 'catalog' ? kind === 'names' : on === 'tags' || on === 'manifest' || on === 'blob') &&
        (status === null || (on !== 'catalog' && (status === 200 || status === 404))) &&
        headers.length === 0 &&
        (framed === 'plain' || framed === 'chunked'),
    )
  );
}
