import type * as z from 'zod';

import { Host } from '../../../src/config/schema/address.ts';
import { Template } from '../../../src/config/schema/copies.ts';
import { Duration, Period, PositiveDuration } from '../../../src/config/schema/duration.ts';
import { Moment } from '../../../src/config/schema/moment.ts';
import { RepositoryName } from '../../../src/config/schema/patterns.ts';
import { ScrubRate, Size } from '../../../src/config/schema/size.ts';
import { EXTENSIBLE } from './leaves.ts';

/** What zod says of every whole number, and what nobody needs to read. */
const NO_LIMITS: readonly unknown[] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

const PART = '[a-z0-9]+([.]|_|__|-+)?';
const NAME = '[a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9_])?';
const MORE_THAN_NONE = '^0*[1-9][0-9]*(ms|s|m|h|d)$';
const BYTES = '^[0-9]+([kKMGT]?B|[KMGT]iB)$';

/** What is a transform or a test to the probe, in an expression of Helm's: what the probe would refuse, an installation does. */
const PATTERNS: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [Duration, '^[0-9]+(ms|s|m|h|d)$'],
  [PositiveDuration, MORE_THAN_NONE],
  [Period, MORE_THAN_NONE],
  [Size, BYTES],
  [ScrubRate, BYTES],
  [Moment, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$'],
  [RepositoryName, `^(${PART})*[a-z0-9]+(/(${PART})*[a-z0-9]+)*$`],
  [
    Template,
    '^([a-z0-9]([-a-z0-9._/]|[{]repository[}])*)?[{]repository[}](([-a-z0-9._/]|[{]repository[}])*([a-z0-9]|[{]repository[}]))?$',
  ],
  [
    Host,
    `^(${NAME}([.]${NAME})*[.]?(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]+\\](:[0-9]{1,5})?|[0-9a-fA-F]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)$`,
  ],
]);

type Found = Parameters<NonNullable<z.core.JSONSchemaGeneratorParams['override']>>[0];

/** Makes a part of a generated schema say as much in fewer words, and what a transform hides from the generator. */
export function tidy({ zodSchema, jsonSchema }: Found): void {
  if (NO_LIMITS.includes(jsonSchema.minimum)) delete jsonSchema.minimum;
  if (NO_LIMITS.includes(jsonSchema.maximum)) delete jsonSchema.maximum;
  // Helm takes no defaults from a schema, and those of the chart are in its values.
  delete jsonSchema.default;
  if (jsonSchema.propertyNames !== undefined && isPlainText(jsonSchema.propertyNames)) delete jsonSchema.propertyNames;
  const pattern = PATTERNS.get(zodSchema);
  if (pattern !== undefined) jsonSchema.pattern = pattern;
  if (EXTENSIBLE in jsonSchema) {
    delete jsonSchema[EXTENSIBLE];
    jsonSchema.patternProperties = { '^x-': {} };
  }
}

/** Merges what a schema takes with its null, at every depth. */
export function mergeNulls(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const inner of Object.values(schema)) mergeNulls(inner);
  mergeNull(schema as z.core.JSONSchema.BaseSchema);
}

function isPlainText(schema: z.core.JSONSchema._JSONSchema): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}

/** Of one schema that also takes null, Helm tells what is wrong; of two, that neither fits. */
function mergeNull(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const [first, second, ...more] = jsonSchema.anyOf ?? [];
  if (first?.type === undefined || second?.type !== 'null' || more.length > 0) return;
  const description = jsonSchema.description ?? first.description;
  delete jsonSchema.anyOf;
  Object.assign(jsonSchema, first, { type: [...new Set([first.type, 'null'].flat())] });
  if (description !== undefined) jsonSchema.description = description;
  if (first.enum !== undefined) jsonSchema.enum = [...first.enum, null];
}
