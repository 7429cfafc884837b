import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseChallenges, type Challenge } from '../../../src/registry/auth/challenge.ts';

const REALM = 'https://auth.example.com/token';

describe('parseChallenges', () => {
  test.each<[string, string, readonly Challenge[]]>([
    [
      'a Bearer challenge',
      `Bearer realm="${REALM}",service="registry.example.com",scope="repository:team/app:pull"`,
      [
        {
          scheme: 'bearer',
          params: { realm: REALM, service: 'registry.example.com', scope: 'repository:team/app:pull' },
        },
      ],
    ],
    ['a Basic challenge', 'Basic realm="Registry"', [{ scheme: 'basic', params: { realm: 'Registry' } }]],
    ['a scheme in lower case', `bearer realm="${REALM}"`, [{ scheme: 'bearer', params: { realm: REALM } }]],
    ['a name in upper case', `BEARER Realm="${REALM}"`, [{ scheme: 'bearer', params: { realm: REALM } }]],
    [
      'two challenges in one field',
      `Basic realm="Registry", Bearer realm="${REALM}",scope="repository:a:pull"`,
      [
        { scheme: 'basic', params: { realm: 'Registry' } },
        { scheme: 'bearer', params: { realm: REALM, scope: 'repository:a:pull' } },
      ],
    ],
    [
      'two fields, joined as a transport joins them',
      [`Bearer realm="${REALM}",service="x"`, 'Basic realm="Registry"'].join(', '),
      [
        { scheme: 'bearer', params: { realm: REALM, service: 'x' } },
        { scheme: 'basic', params: { realm: 'Registry' } },
      ],
    ],
    [
      'a comma inside quotes',
      `Bearer realm="${REALM}",scope="repository:a:pull,push"`,
      [{ scheme: 'bearer', params: { realm: REALM, scope: 'repository:a:pull,push' } }],
    ],
    [
      'what looks like a challenge inside quotes',
      'Basic realm="x, Bearer realm=y"',
      [{ scheme: 'basic', params: { realm: 'x, Bearer realm=y' } }],
    ],
    [
      'an escaped quote',
      String.raw`Basic realm="a \"b\" \\ c"`,
      [{ scheme: 'basic', params: { realm: String.raw`a "b" \ c` } }],
    ],
    [
      'values without quotes',
      `Bearer realm=${REALM},service=registry.example.com`,
      [{ scheme: 'bearer', params: { realm: REALM, service: 'registry.example.com' } }],
    ],
    [
      'blanks around signs',
      `Bearer  realm = "${REALM}" ,\tservice= x`,
      [{ scheme: 'bearer', params: { realm: REALM, service: 'x' } }],
    ],
    [
      'parameters without a comma between them',
      `Bearer realm="${REALM}" service="x"`,
      [{ scheme: 'bearer', params: { realm: REALM, service: 'x' } }],
    ],
    [
      'no scope and an error',
      `Bearer realm="${REALM}",error="invalid_token"`,
      [{ scheme: 'bearer', params: { realm: REALM, error: 'invalid_token' } }],
    ],
    [
      'a scheme without parameters before another',
      'Negotiate, Basic realm="x"',
      [
        { scheme: 'negotiate', params: {} },
        { scheme: 'basic', params: { realm: 'x' } },
      ],
    ],
    [
      'a token68, padded or not',
      'Negotiate oRQwEg/+A==, NTLM TlRM, Basic realm="x"',
      [
        { scheme: 'negotiate', params: {} },
        { scheme: 'ntlm', params: {} },
        { scheme: 'basic', params: { realm: 'x' } },
      ],
    ],
    ['an empty value', 'Bearer realm=""', [{ scheme: 'bearer', params: { realm: '' } }]],
    ['a repeated name', 'Bearer realm="first",realm="second"', [{ scheme: 'bearer', params: { realm: 'first' } }]],
    ['empty elements of the list', ', ,Basic realm="x",,', [{ scheme: 'basic', params: { realm: 'x' } }]],
    ['a quote that is never closed', 'Bearer realm="x', [{ scheme: 'bearer', params: { realm: 'x' } }]],
    ['a backslash at the very end', 'Bearer realm="x\\', [{ scheme: 'bearer', params: { realm: 'x' } }]],
    ['a parameter without a scheme', 'realm="x"', []],
    ['quotes alone', '"Basic realm=x"', []],
    ['nothing', '', []],
  ])('reads %s', (_, header, expected) => {
    const challenges = parseChallenges(header);

    expect(challenges).toEqual(expected);
  });

  test('a parameter named like a property of every object is a plain entry', () => {
    const [challenge] = parseChallenges('Bearer __proto__="x", constructor="y"');

    expect(Object.entries(challenge?.params ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test('what is written by the grammar is read back', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const value = fc.string({ unit: 'grapheme-ascii' });
    const challenge = fc.record({
      scheme: token,
      params: fc.dictionary(token, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    });

    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const header = challenges.map(({ scheme, params }) => `${scheme} ${writeParams(params)}`).join(', ');

        expect(parseChallenges(header)).toEqual(challenges);
      }),
    );
  });

  test('no text makes it throw', () => {
    const pieces = fc.constantFrom(
      'Bearer',
      'Basic',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'realm',
      'a/b',
      '==',
      '\t',
      '\0',
      'é',
      '😀',
    );

    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 60 }).map((words) => words.join('')),
    );

    fc.assert(
      fc.property(text, (header) => {
        const challenges = parseChallenges(header);

        expect(challenges.every(({ scheme }) => scheme !== '' && scheme === scheme.toLowerCase())).toBe(true);
      }),
    );
  });

  test.each(['a ', '"', 'a="', '\\', 'a=', ',', ' ', '=', 'a/', 'a b=', '"a"', 'a== '])(
    'time grows with the length alone for a field of nothing but %j',
    (piece) => {
      const header = `Bearer ${piece.repeat(400_000 / piece.length)}x`;

      const start = performance.now();
      parseChallenges(header);
      const took = performance.now() - start;

      // Quadratic time would be minutes for this length.
      expect(took).toBeLessThan(5_000);
    },
  );
});

function writeParams(params: Readonly<Record<string, string>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
    .join(',');
}
