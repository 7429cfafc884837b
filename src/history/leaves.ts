import * as z from 'zod';

/** Beyond this there is no date in JavaScript. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_MOMENT = 8.64e15;

/** Milliseconds since the Unix epoch. */
export const moment = z.int().nonnegative().max(LAST_MOMENT);

/** A whole number, 0 included. */
export const count = z.int().nonnegative();
