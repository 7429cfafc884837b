import fc from 'fast-check';

/** What some reader of a text, a log, a page or a shell acts on instead of showing it. */
const SIGNS = [
  '\0',
  '\b',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://x\u001b\\',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\u009d0;x\u009c',
  '\u00ad',
  '\u200b',
  '\u200e',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\ufff9',
  '\ufffe',
  '\uffff',
  '\u{e0041}',
  '\u{e0001}',
  '\u{1f4a9}',
  '\u180e',
  '\u061c',
  '\u3164',
  '\ud800',
  '\udfff',
  'a\ud800b',
  'e\u0301',
  'ß',
  '\u017f',
  '\u212a',
  '語',
  '::error title=x::',
  '\n::set-env name=PATH::/tmp',
  '##[command]',
  '##vso[task.setvariable]',
  '::stop-commands::t',
  '<script>alert(1)</script>',
  '</td></tr>',
  '<!--',
  '-->',
  ']]>',
  '<![CDATA[',
  '&lt;',
  '&#0;',
  '&',
  '"',
  "'",
  '[x](javascript:x)',
  '![x](http://x)',
  '@everyone',
  '#1',
  '| a |',
  '**b**',
  '`',
  '```',
  '~~~',
  '<http://x>',
  '$(touch x)',
  '${x}',
  ';',
  '|',
  '\\',
  '%0A',
  '%2e%2e',
  '%',
  '{{ x }}',
  '{{{',
  '*',
  '?',
  '..',
  '/',
  '//',
  ' ',
  '~',
  ' #',
  ': ',
  '- ',
  '? ',
  '&a',
  '*a',
  '!!js',
  '|-',
  '{}',
  '[]',
  'null',
  '__proto__',
  'constructor',
  'toString',
] as const;

/** Repeated, because some readers mind how often. */
const UNITS = [
  '.',
  '-',
  'a',
  '/',
  'v1.',
  '[',
  '{',
  '(',
  '((',
  '"',
  '\\',
  ',',
  ' ',
  '=',
  '<',
  '`',
  '*',
  '?',
  '%25',
  '\n',
  ';',
];
const LONGEST = 30_000;

/** Any text, mostly of signs that mean something somewhere. */
export const oddText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...SIGNS), fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 3 })),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

/** One thing over and over, with something before and behind. */
export const longText: fc.Arbitrary<string> = fc
  .tuple(oddText, fc.constantFrom(...UNITS), fc.integer({ min: 1, max: LONGEST }), oddText)
  .map(([before, unit, times, behind]) => before + unit.repeat(times / unit.length) + behind);

/** Short or long. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: oddText },
  { weight: 1, arbitrary: longText },
);

/** A repository's name as the specification has it. */
export const repositoryName: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('team', 'app', 'a', '0', 'lib-x', 'a_b', 'a__b', 'a.b', 'x'.repeat(60)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('/'));

/** A tag as the specification has it. */
export const tagName: fc.Arbitrary<string> = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);

/** What a listing may hold where a name belongs. */
export const listedName: fc.Arbitrary<string> = fc.oneof(repositoryName, tagName, anyText);

export const digest: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('a', 'b', '0', '9'), fc.constantFrom('c', '1'))
  .map(([one, other]) => `sha256:${one.repeat(63)}${other}`);

/** Any JSON with odd texts in it, keys included. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e300, 1.5, '', [], {}),
    oddText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(oddText, fc.string({ maxLength: 4 })), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/**
 * An object with these fields, of which some are left out and others are of any type: what is sent where that object
 * belongs.
 */
export function nearly(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Record<string, unknown>> {
  const odd = Object.entries(fields).map(
    ([name, right]) => [name, fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: oddJson })] as const,
  );
  return fc.record(Object.fromEntries(odd), { requiredKeys: [] });
}

/** The bytes of a text, of which some are cut, doubled or changed. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('cut', 'change', 'double'), byte: fc.nat(255) });
  return fc.tuple(text, fc.array(change, { maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((bytes, { at, kind, byte }) => {
      const place = at % (bytes.length + 1);
      if (kind === 'cut') return bytes.subarray(0, place);
      if (kind === 'double') return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place / 2)]);
      return Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), bytes.subarray(place + 1)]);
    }, Buffer.from(whole)),
  );
}
