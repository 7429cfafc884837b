import * as z from 'zod';

import { CAUSE_CODES } from './cause-codes.ts';

/** What was seen of something broken. */
export const ReportedObservation = z
  .strictObject({
    method: z.string().nullable().describe('HTTP method, such as `GET`; null where no HTTP was spoken.'),
    status: z.int().nullable().describe('HTTP status; null where no HTTP was spoken.'),
    bytes: z
      .int()
      .nonnegative()
      .nullable()
      .describe('Bytes of content that came, or that were announced where none were asked for; null if not known.'),
    detail: z.string().describe('What else was seen, in one line.'),
  })
  .describe('What the last look saw.');

/** Why it is broken. */
export const ReportedCause = z
  .strictObject({
    code: z.enum(CAUSE_CODES).describe('For machines.'),
    text: z.string().describe('For people; says "likely" where it is inferred.'),
  })
  .describe('The likely cause.');

/** Where it is whole. */
export const ReportedCopy = z
  .strictObject({
    where: z.string().describe('Name of the registry that has it, or its host where it has no name in the settings.'),
    reference: z.string().describe('What was found whole there, by digest.'),
    command: z.string().nullable().describe('What brings it back to where it is broken; null where no command does.'),
  })
  .describe('A whole copy.');

/** Until when it is known, and why. */
export const Acknowledged = z
  .strictObject({
    until: z.iso.date().describe('The last day, in UTC.'),
    reason: z.string().describe('As it was given.'),
  })
  .describe('It is known, and in no count of findings and no verdict until the day after.');
