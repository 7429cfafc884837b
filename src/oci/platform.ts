import { cutTo } from '../util/cut.ts';
import { decodeJson, few, struct, text, unreadText, type Shape } from './go-json.ts';

/** The platform of an image: what an index says of its child, or a config of itself. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** A platform as it is read: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md. */
export interface PlatformFields {
  readonly architecture: string;
  readonly os: string;
  readonly 'os.version': null;
  readonly 'os.features': readonly null[];
  readonly variant: string;
}

export const PlatformFields: Shape<PlatformFields> = struct<PlatformFields>({
  architecture: text,
  os: text,
  'os.version': unreadText,
  'os.features': few(unreadText, 0),
  variant: text,
});

/** In characters, of each part: none that Go knows, or anybody runs, has more. */
const LONGEST_PART = 64;

/** What the fields name; null where that is no platform. */
export function platformOf(fields: PlatformFields): Platform | null {
  const [os = '', architecture = '', variant = ''] = [fields.os, fields.architecture, fields.variant].map(part);
  if (os === '' || architecture === '') return null;
  return variant === '' ? { os, architecture } : { os, architecture, variant };
}

function part(name: string): string {
  return name.length > LONGEST_PART ? `${cutTo(name, LONGEST_PART)}…` : name;
}

/** The platform that an image's config names, which has the fields of one among others; null where it does not. */
export function readPlatform(config: Uint8Array): Platform | null {
  const fields = decodeJson(config, PlatformFields);
  return fields.kind === 'value' ? platformOf(fields.value) : null;
}

/** A platform as people write it: `linux/arm64/v8`. */
export function formatPlatform(platform: Platform): string {
  const base = `${platform.os}/${platform.architecture}`;
  return platform.variant === undefined || platform.variant === '' ? base : `${base}/${platform.variant}`;
}

/** True when a wanted platform is met by one present: `linux/arm64` is met by `linux/arm64/v8`, not the other way. */
export function platformMatches(wanted: string, present: string): boolean {
  return present === wanted || present.startsWith(`${wanted}/`);
}
