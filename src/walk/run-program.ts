import type { Program } from './pattern-program.ts';

/** Whether a text fits a pattern, and how many steps that took. */
export interface ProgramRun {
  readonly fits: boolean;
  readonly steps: number;
}

/**
 * Runs a pattern over a text. No step is taken twice at the same place, nor is ahead looked twice from it, so that a
 * pattern of `p` steps of which `l` look ahead takes at most `p × (n + 1) × (1 + l × (n + 1))` steps over `n` characters,
 * where backtracking may take any number: https://swtch.com/~rsc/regexp/regexp1.html
 */
export function runProgram({ steps, start }: Program, text: string): ProgramRun {
  const width = text.length + 1;
  const seenAhead = new Map<number, boolean>();
  let taken = 0;
  return { fits: leads(start, 0), steps: taken };

  function leads(from: number, position: number): boolean {
    const been = new Uint8Array(steps.length * width);
    const waiting: number[] = [];
    enter(from, position);
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const at = place % width;
      const step = steps[(place - at) / width];
      taken += 1;
      switch (step?.kind) {
        case 'found':
          return true;
        case 'either':
          enter(step.second, at);
          enter(step.first, at);
          break;
        case 'character':
          if (at < text.length && step.is(text.charAt(at))) enter(step.next, at + 1);
          break;
        case 'start':
          if (at === 0) enter(step.next, at);
          break;
        case 'end':
          if (at === text.length) enter(step.next, at);
          break;
        case 'ahead':
          if (looksAhead(step.from, at) === step.wanted) enter(step.next, at);
          break;
        case undefined:
          throw new Error('a step of a pattern leads nowhere');
      }
    }
    return false;

    function enter(step: number, at: number): void {
      const place = step * width + at;
      if (been[place] === 1) return;
      been[place] = 1;
      waiting.push(place);
    }
  }

  function looksAhead(from: number, at: number): boolean {
    const place = from * width + at;
    const known = seenAhead.get(place) ?? leads(from, at);
    seenAhead.set(place, known);
    return known;
  }
}
