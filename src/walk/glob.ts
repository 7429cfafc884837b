import picomatch from 'picomatch';

import { compileProgram } from './pattern-program.ts';
import { runProgram } from './run-program.ts';

/** Names of repositories have at most 255 characters, tags 128; what is longer, such as a platform's, fits no glob. */
const MAX_NAME = 255;

/** Up to so many tries V8 has gone through sooner than the other way is set up: milliseconds, at the very worst. */
const FEW_TRIES = 4_000_000;

/**
 * Compiles a glob of picomatch's. Whatever the glob and the name, which may be made to fit ill, the test takes a bounded
 * number of steps. Throws a SyntaxError for what is no glob.
 */
export function compileGlob(glob: string): (name: string) => boolean {
  // What cannot be compiled throws here already, or becomes an expression that matches nothing.
  const expression = glob === '' ? null : picomatch.makeRe(glob, { dot: true, strictBrackets: true });
  if (expression === null || expression.source === '$^') throw new SyntaxError('this is no glob');
  const program = compileProgram(expression);
  const fits = (name: string): boolean =>
    program.tries <= FEW_TRIES ? expression.test(name) : runProgram(program, name).fits;
  return (name) => name !== '' && name.length <= MAX_NAME && (name === glob || fits(name));
}
