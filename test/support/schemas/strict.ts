/** A JSON schema, as far as it is read here. */
export type Schema = Readonly<Record<string, unknown>>;

/** Longer than all the rest, and read by nobody here. */
const DROPPED = ['description', 'x-kubernetes-validations', 'x-kubernetes-group-version-kind'];

/**
 * The schema with a refusal of every field that it does not name. The API server would drop such a field and say nothing,
 * so that a misspelled one would do nothing.
 */
export function strict(schema: unknown): Schema {
  if (!isSchema(schema)) return {};
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string') {
    return { type: ['integer', 'string'] };
  }
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!DROPPED.includes(key)) result[key] = strictMember(key, value);
  }
  if (isSchema(schema['properties']) && mayBeClosed(schema)) result['additionalProperties'] = false;
  return result;
}

function strictMember(key: string, value: unknown): unknown {
  if (key === 'properties' && isSchema(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, strict(member)]));
  }
  if (key === '$ref' && typeof value === 'string') return value.replace(/^#\//, 'definitions.json#/');
  if ((key === 'items' || key === 'additionalProperties') && isSchema(value)) return strict(value);
  return value;
}

function mayBeClosed(schema: Schema): boolean {
  return schema['additionalProperties'] === undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
