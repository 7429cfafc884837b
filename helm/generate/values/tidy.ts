import type * as z from 'zod';

import { Duration, PositiveDuration } from '../../../src/config/schema/duration.ts';
import { EXTENSIBLE } from './leaves.ts';

/** What zod says of every whole number, and what nobody needs to read. */
const NO_LIMITS: readonly unknown[] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

type Found = Parameters<NonNullable<z.core.JSONSchemaGeneratorParams['override']>>[0];

/** Makes a part of a generated schema say as much in fewer words, and what a transform hides from the generator. */
export function tidy({ zodSchema, jsonSchema }: Found): void {
  if (NO_LIMITS.includes(jsonSchema.minimum)) delete jsonSchema.minimum;
  if (NO_LIMITS.includes(jsonSchema.maximum)) delete jsonSchema.maximum;
  // Helm takes no defaults from a schema, and those of the chart are in its values.
  delete jsonSchema.default;
  if (jsonSchema.propertyNames !== undefined && isPlainText(jsonSchema.propertyNames)) delete jsonSchema.propertyNames;
  if (zodSchema === Duration || zodSchema === PositiveDuration) jsonSchema.pattern = '^[0-9]+(ms|s|m|h)$';
  if (EXTENSIBLE in jsonSchema) {
    delete jsonSchema[EXTENSIBLE];
    jsonSchema.patternProperties = { '^x-': {} };
  }
  mergeNull(jsonSchema);
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
