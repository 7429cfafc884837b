import * as z from 'zod';

import { Registry } from './schema/registry.ts';
import { Run, TopLevel, Walk } from './schema.ts';

/** How a setting is written where everything is text. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'list' | 'map' | 'number-map' | 'json';

/** One setting: a leaf of the schema. */
export interface Setting {
  /** Dotted, from the top level or from inside a registry: `confirm.delay`. */
  readonly path: string;
  readonly schema: z.ZodType;
  readonly kind: SettingKind;
  /** As one would write it in the config file; undefined where it has to be given. */
  readonly default: unknown;
  readonly description: string;
  /** Its value is never shown. */
  readonly secret: boolean;
}

/** Everything that is given once for a run. */
export const TOP_LEVEL_SETTINGS = settingsOf(TopLevel);

/** What the top level of a config file may say: the registry of the flags has no place there. */
export const FILE_SETTINGS = TOP_LEVEL_SETTINGS.filter(({ path }) => !path.startsWith('registry.'));

/** Everything that is given for one registry of the config file. */
export const REGISTRY_SETTINGS = settingsOf(Registry);

/** What concerns a run as a whole. */
export const RUN_PATHS: ReadonlySet<string> = new Set(settingsOf(Run).map(({ path }) => path));

/** What the top level gives for all registries, and a registry for itself. */
export const WALK_PATHS: ReadonlySet<string> = new Set(settingsOf(Walk).map(({ path }) => path));

/** The setting at a path of the top level; throws for a path that names none, which is a mistake in the code. */
export function topLevelSetting(path: string): Setting {
  const setting = TOP_LEVEL_SETTINGS.find((candidate) => candidate.path === path);
  if (setting === undefined) throw new Error(`no setting is called ${path}`);
  return setting;
}

/** A default as one would write it on one line; empty where there is none. */
export function writtenDefault(fallback: unknown): string {
  return fallback === undefined || fallback === null ? '' : JSON.stringify(fallback).replaceAll('"', '');
}

/** The leaves of a mapping, in the order in which they are written. */
export function settingsOf(schema: z.ZodObject, prefix = ''): readonly Setting[] {
  return Object.entries(schema.shape).flatMap(([key, member]: [string, z.core.$ZodType]): readonly Setting[] => {
    if (!(member instanceof z.ZodType)) throw new Error(`${prefix}${key} has no schema of its own`);
    const { inner, fallback } = peel(member);
    if (inner instanceof z.ZodObject) return settingsOf(inner, `${prefix}${key}.`);
    const meta = member.meta();
    return [
      {
        path: `${prefix}${key}`,
        schema: member,
        kind: kindOf(inner),
        default: fallback,
        description: meta?.description ?? '',
        secret: meta?.['secret'] === true,
      },
    ];
  });
}

/** Takes off what stands around a leaf: defaults, null and transforms. */
function peel(schema: z.core.$ZodType): { readonly inner: z.core.$ZodType; readonly fallback: unknown } {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return { inner: peel(schema.def.innerType).inner, fallback: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodNullable) return peel(schema.unwrap());
  if (schema instanceof z.ZodPipe) return peel(schema.in);
  return { inner: schema, fallback: undefined };
}

function kindOf(schema: z.core.$ZodType): SettingKind {
  if (schema instanceof z.ZodNumber) return 'number';
  // A number or a word: what is no number stays as it is.
  if (schema instanceof z.ZodUnion && schema.options.some((one) => kindOf(one) === 'number')) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray) return isMapping(schema.element) ? 'json' : 'list';
  if (schema instanceof z.ZodRecord) return kindOf(schema.valueType) === 'number' ? 'number-map' : 'map';
  return 'text';
}

function isMapping(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodObject;
}
