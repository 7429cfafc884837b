import { SHOWN_KEY, stringEnd } from './json-bytes.ts';
import { textOf } from './json-keys.ts';

/** What comes next in a document; `end` where it is over, or broken. */
export type Next = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'end';

/** What people call it. */
export const NAMES: Readonly<Record<Next, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  end: 'nothing',
};

/**
 * A place in a document, for people: of each level an index, or less than zero for a key, which begins that far from the
 * start.
 */
export function formatPath(document: Buffer, path: readonly number[]): string {
  if (path.length === 0) return 'the body';
  const names = path.map((part) => {
    if (part >= 0) return `[${part}]`;
    const start = -1 - part;
    return `.${textOf(document, start, stringEnd(document, start)).slice(0, SHOWN_KEY)}`;
  });
  return names.join('').replace(/^\./, '');
}
