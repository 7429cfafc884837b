import * as z from 'zod';

/** The two values of a switch; environment variables may also say 1 and 0. */
export const toggle = z.boolean({ error: 'expected true or false' });

/** Text that says something. */
export const text = textLike('text');

/** A file's path. What it leads to is read while the settings are loaded. */
export const path = textLike('a path');

/** A password or a token: text that must be quoted where YAML would read a number. */
export const secretText = textLike('text (in quotes where it looks like a number)');

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodInt {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  const error = `expected a whole number ${range}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A whole number from `min` to `max`, or a word that stands for one. */
export function numberOrWord<const Word extends string>(
  min: number,
  max: number,
  word: Word,
): z.ZodUnion<readonly [z.ZodLiteral<Word>, z.ZodInt]> {
  const error = `expected ${word}, or a whole number from ${min} to ${max}`;
  return z.union([z.literal(word), z.int({ error }).min(min, { error }).max(max, { error })], { error });
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(words, { error: `expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}

/** A list; `what` names its items in the plural. */
export function listOf<T extends z.ZodType>(item: T, what: string): z.ZodArray<T> {
  return z.array(item, { error: `expected a list of ${what}` });
}

/** A mapping whose keys are all known. */
export function mapping<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, { error: 'expected a mapping' });
}

function textLike(what: string): z.ZodString {
  const error = `expected ${what}`;
  return z.string({ error }).min(1, { error });
}
