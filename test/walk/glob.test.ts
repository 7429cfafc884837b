import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';

import { compileGlob } from '../../src/walk/glob.ts';
import { compileProgram, type Program } from '../../src/walk/pattern-program.ts';
import { runProgram } from '../../src/walk/run-program.ts';

const OPTIONS = { dot: true, strictBrackets: true } as const;

/** What globs are made of: everything that picomatch reads as more than itself, and what names are made of. */
const PIECES = [
  '*',
  '**',
  '**/',
  '?',
  '/',
  '.',
  '-',
  'a',
  'b',
  'v',
  '1',
  '[a-c]',
  '[!a]',
  '[[:alpha:]]',
  '{a,b}',
  '{1..3}',
];
const WRAPS = ['(', '?(', '*(', '+(', '@(', '!('];
const piece = fc.constantFrom(...PIECES);
const group = fc
  .tuple(fc.constantFrom(...WRAPS), fc.array(fc.array(piece, { maxLength: 3 }), { minLength: 1, maxLength: 3 }))
  .map(([open, parts]) => `${open}${parts.map((part) => part.join('')).join('|')})`);
const escaped = fc.constantFrom('\\*', '\\[', '\\(', 'a+', '(a|b)+', '(a*)*', 'a{2}', '(?:a|-)*', '(?!a)');
const globs = fc
  .array(fc.oneof({ weight: 6, arbitrary: piece }, { weight: 2, arbitrary: group }, escaped), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const names = fc.array(fc.constantFrom('a', 'b', 'v', '1', '.', '-', '/', 'x', '*'), { minLength: 1, maxLength: 9 });

/** Null for what is no glob. */
function programOf(glob: string): { readonly program: Program; readonly expression: RegExp } | null {
  try {
    const expression = picomatch.makeRe(glob, OPTIONS);
    return expression.source === '$^' ? null : { program: compileProgram(expression), expression };
  } catch {
    return null;
  }
}

function boundOf({ steps, looks }: Program, length: number): number {
  return steps.length * (length + 1) * (1 + looks * (length + 1));
}

describe('a glob', () => {
  test('takes what picomatch takes, and nothing else', () => {
    let compiled = 0;
    fc.assert(
      fc.property(globs, fc.array(names, { minLength: 5, maxLength: 5 }), (glob, all) => {
        const made = programOf(glob);
        if (made === null) return;
        compiled += 1;
        for (const name of all.map((characters) => characters.join(''))) {
          expect([glob, name, runProgram(made.program, name).fits]).toEqual([glob, name, made.expression.test(name)]);
        }
      }),
      { seed: 15, numRuns: 3_000 },
    );
    expect(compiled).toBeGreaterThan(2_000);
  });

  test('takes a bounded number of steps, whatever it is and whatever the name', () => {
    const tails = fc.constantFrom('', '/', 'x', '!', '/x');
    const fillings = fc.constantFrom('.', '-', 'a', 'a.', '/', 'a/', '-a', 'ab');
    fc.assert(
      fc.property(globs, fillings, tails, (glob, filling, tail) => {
        const made = programOf(glob);
        if (made === null) return;
        const name = `v${filling.repeat(255)}`.slice(0, 255 - tail.length) + tail;
        expect(runProgram(made.program, name).steps).toBeLessThanOrEqual(boundOf(made.program, name.length));
      }),
      { seed: 15, numRuns: 500 },
    );
  });

  test.each([
    ['v*.*.*', `v${'.'.repeat(127)}`],
    ['v*.*.*', `${'.'.repeat(250)}/`],
    ['*-*-*-*-*-*-*-*-*-*x', '-'.repeat(128)],
    ['+(a|aa)+(a|aa)x', 'a'.repeat(128)],
    ['+(+(a))x', 'a'.repeat(128)],
    ['(a*)*x', 'a'.repeat(255)],
    ['**/**/**/**/x', 'a/'.repeat(127)],
    ['!(*-*-*-*)', '-'.repeat(128)],
    ['{*-*,*.*}{*-*,*.*}{*-*,*.*}x', '-.'.repeat(64)],
  ])('%s is done soon with a name that is made to fit ill', (glob, name) => {
    const made = programOf(glob);
    if (made === null) throw new Error('no glob');

    expect(runProgram(made.program, name).steps).toBeLessThan(200_000);
  });

  test.each([
    ['app', 1],
    ['team/**', 20_000],
    ['*-*', 1_000_000],
    ['*.{a,b}', 20_000],
    ['[a-c]*', 1_000],
  ])('%s is left to the engine, which tries few ways', (glob, most) => {
    expect(programOf(glob)?.program.tries).toBeLessThanOrEqual(most);
  });

  test.each(['v*.*.*', '*-*-*', '+(ab|c)x', '(a*|b)+', '*(a|b)*(a|b)', '!(*-*-*)', '**/*-*/**'])(
    '%s is not left to the engine, which may try too many ways',
    (glob) => {
      expect(programOf(glob)?.program.tries).toBeGreaterThan(4_000_000);
    },
  );

  test.each(['.'.repeat(30_000) + '/', 'a'.repeat(256), ''])(
    'takes no name of another length than names have',
    (name) => {
      expect(compileGlob('**')(name)).toBe(false);
    },
  );

  test.each(['', '(a', '[a', '(?<n>a)\\1', '(?<=a)b', 'a'.repeat(30_000)])('%j is none', (glob) => {
    expect(() => compileGlob(glob)).toThrow(SyntaxError);
  });
});
