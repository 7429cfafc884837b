import * as z from 'zod';
import { describe, expect, test } from 'vitest';

import { toReport } from '../../src/report/json.ts';
import { Report, reportJsonSchema } from '../../src/report/schema.ts';
import { finding, outcome, reported } from './samples.ts';

const sound = toReport({ command: 'run', version: '1', registries: [reported(outcome({ findings: [finding()] }))] });

/** The parts of a JSON Schema that are looked at here. */
const Node = z.looseObject({
  description: z.string().optional(),
  additionalProperties: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

describe('Report', () => {
  test.each([
    ['another version', { ...sound, schemaVersion: 2 }],
    ['an unknown field', { ...sound, extra: true }],
    ['an unknown field in a registry', { ...sound, registries: [{ ...sound.registries[0], extra: true }] }],
    [
      'a time that is not in UTC',
      { ...sound, registries: [{ ...sound.registries[0], startedAt: '2026-01-01T00:00:00+01:00' }] },
    ],
    ['an unknown verdict', { ...sound, registries: [{ ...sound.registries[0], verdict: 'fine' }] }],
  ])('refuses %s', (_case, document) => {
    const result = Report.safeParse(document);

    expect(result.success).toBe(false);
  });

  test('needs every reason of the unknowns, zero included', () => {
    const registry = sound.registries[0];
    const { auth: _auth, ...unknown } = registry?.counts.unknown ?? {};

    const result = Report.safeParse({
      ...sound,
      registries: [{ ...registry, counts: { ...registry?.counts, unknown } }],
    });

    expect(result.success).toBe(false);
  });
});

describe('reportJsonSchema', () => {
  test('says what it is and which draft it follows', () => {
    const schema = reportJsonSchema();

    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:registry-integrity-probe:report:1',
      title: 'registry-integrity-probe report',
      type: 'object',
    });
  });

  test('describes every field and closes every object', () => {
    const problems: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      const { properties, additionalProperties, items, anyOf = [] } = Node.parse(schema);
      if (properties !== undefined && additionalProperties !== false) problems.push(`${path} is open`);
      for (const [name, property] of Object.entries(properties ?? {})) {
        if (Node.parse(property).description === undefined) problems.push(`${path}.${name} is not described`);
        visit(property, `${path}.${name}`);
      }
      if (items !== undefined) visit(items, `${path}[]`);
      for (const one of anyOf) visit(one, path);
    };

    visit(reportJsonSchema(), 'report');

    expect(problems).toEqual([]);
  });

  test('leaves only what needs other knowledge than the walk optional', () => {
    const optional: string[] = [];
    const visit = (schema: unknown): void => {
      const { properties = {}, required = [], items, anyOf = [] } = Node.parse(schema);
      optional.push(...Object.keys(properties).filter((name) => !required.includes(name)));
      for (const property of Object.values(properties)) visit(property);
      if (items !== undefined) visit(items);
      for (const one of anyOf) visit(one);
    };

    visit(reportJsonSchema());

    const ofStorage = [
      'storage',
      'contents',
      'hygiene',
      'unreachable',
      'uploads',
      'upgrade',
      'collection',
      'disagreements',
    ];
    const known = [
      'acknowledged',
      'affected',
      'affects',
      'artifactType',
      'copies',
      'coverage',
      'examples',
      'firstSeen',
      'inUseBy',
      'inUseByCount',
      'neverSeen',
      'pinnedLeft',
      'orphanedReferrers',
      ...ofStorage,
    ];
    expect([...new Set(optional)].toSorted()).toEqual(known.toSorted());
  });
});
