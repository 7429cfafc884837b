/** One step of a pattern; numbers are those of the steps that follow. */
export type Step =
  | { readonly kind: 'character'; readonly is: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'either'; readonly first: number; readonly second: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'ahead'; readonly wanted: boolean; readonly from: number; readonly next: number }
  | { readonly kind: 'found' };

/** A pattern as steps, where it begins, and how many of them look ahead. */
export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly looks: number;
  /** How many ways there are at most to fit a name: so many tries an engine that goes back from each, as V8's does. */
  readonly tries: number;
}

/** More steps than these no glob needs that somebody has written; a repeated repetition makes millions. */
const MAX_STEPS = 20_000;

/** An escape is what it is in a class, too; backslashes, digits and the rest as ECMAScript has them without its `u`. */
const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[^])/y;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/y;
const TIMES = /\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}|[*+?]/y;
const OPENING = /\((?:\?([:=!]))?/y;

interface Part {
  /** In how many ways it fits one name at most. */
  readonly ways: number;
  /** In how many ways each look ahead in it is tried at most. */
  readonly aside: number;
  /** Goes on to `next`, and gives the number of the step to begin with. */
  emit(next: number): number;
}

/** How often something is repeated in a name at most, counting not at all. */
const REPEATED = 256;

/**
 * Compiles a regular expression without flags, such as globs become. Throws a SyntaxError for what cannot be matched in
 * few steps, or is of no use in a glob: references to groups, looking back, borders of words, names of groups.
 * https://tc39.es/ecma262/#prod-Pattern
 */
export function compileProgram({ source, flags }: RegExp): Program {
  const steps: Step[] = [];
  let at = 0;
  let looks = 0;
  if (flags !== '') throw new SyntaxError('a pattern with flags');
  const whole = readAlternatives();
  if (at < source.length) throw new SyntaxError('an unmatched parenthesis');
  const start = whole.emit(add({ kind: 'found' }));
  return { steps, start, looks, tries: whole.ways * whole.aside };

  function add(step: Step): number {
    if (steps.length >= MAX_STEPS) throw new SyntaxError('a pattern that is too long');
    return steps.push(step) - 1;
  }

  function take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = at;
    const found = expression.exec(source);
    if (found !== null) at += found[0].length;
    return found;
  }

  function readAlternatives(): Part {
    const parts = [readSequence()];
    while (source[at] === '|') {
      at += 1;
      parts.push(readSequence());
    }
    return {
      ways: parts.reduce((sum, { ways }) => sum + ways, 0),
      aside: parts.reduce((most, { aside }) => Math.max(most, aside), 1),
      emit: (next) =>
        parts.map((part) => part.emit(next)).reduceRight((second, first) => add({ kind: 'either', first, second })),
    };
  }

  function readSequence(): Part {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(readRepeated());
    return {
      ways: parts.reduce((product, { ways }) => product * ways, 1),
      aside: parts.reduce((most, { aside }) => Math.max(most, aside), 1),
      emit: (next) => parts.reduceRight((following, part) => part.emit(following), next),
    };
  }

  function readRepeated(): Part {
    const part = readOne();
    const times = take(TIMES);
    if (times === null) return part;
    // Which of two ways is tried first does not matter for whether there is one.
    if (source[at] === '?') at += 1;
    const [sign, least = '', comma, most] = times;
    if (sign === '*') return repeat(part, 0, null);
    if (sign === '+') return repeat(part, 1, null);
    if (sign === '?') return repeat(part, 0, 1);
    const from = Number(least);
    return repeat(part, from, comma === undefined ? from : most === undefined ? null : Number(most));
  }

  function repeat(part: Part, least: number, most: number | null): Part {
    const often = Math.min(most ?? REPEATED, REPEATED);
    // What fits in several ways, over and over, fits in their product.
    const ways = part.ways === 1 ? often + 1 : part.ways ** often * (often + 1);
    return { ways, aside: part.aside, emit };

    function emit(next: number): number {
      let from = next;
      if (most === null) {
        const loop = add({ kind: 'found' });
        steps[loop] = { kind: 'either', first: part.emit(loop), second: next };
        from = loop;
      } else {
        for (let more = least; more < most; more += 1)
          from = add({ kind: 'either', first: part.emit(from), second: next });
      }
      for (let more = 0; more < least; more += 1) from = part.emit(from);
      return from;
    }
  }

  function readOne(): Part {
    if (source[at] === '(') return readGroup();
    const raw = (take(ESCAPE) ?? take(CLASS))?.[0] ?? source[at++] ?? '';
    if (raw === '^') return single((next) => ({ kind: 'start', next }));
    if (raw === '$') return single((next) => ({ kind: 'end', next }));
    if (/^\\[1-9bBk]/.test(raw)) throw new SyntaxError(`${raw} in a pattern`);
    const is = characterTest(raw);
    return single((next) => ({ kind: 'character', is, next }));
  }

  function readGroup(): Part {
    const kind = take(OPENING)?.[1];
    if (source[at] === '?') throw new SyntaxError('a group of a kind that globs have no use for');
    const inner = readAlternatives();
    if (source[at] !== ')') throw new SyntaxError('an unmatched parenthesis');
    at += 1;
    if (kind === undefined || kind === ':') return inner;
    looks += 1;
    const wanted = kind === '=';
    return {
      // Whatever is ahead, nobody comes back to look at it in another way.
      ways: 1,
      aside: inner.ways * inner.aside,
      emit: (next) => add({ kind: 'ahead', wanted, from: inner.emit(add({ kind: 'found' })), next }),
    };
  }

  function single(step: (next: number) => Step): Part {
    return { ways: 1, aside: 1, emit: (next) => add(step(next)) };
  }
}

/** What matches a single character: itself, `.`, an escape or a class. */
function characterTest(raw: string): (character: string) => boolean {
  if (/^[\w/-]$/.test(raw)) return (character) => character === raw;
  const expression = new RegExp(`^(?:${raw})$`);
  return (character) => expression.test(character);
}
