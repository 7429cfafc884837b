import { decodeJson, list, struct, text, type Shape } from './go-json.ts';

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
  readonly 'os.version': string;
  readonly 'os.features': readonly string[];
  readonly variant: string;
}

export const PlatformFields: Shape<PlatformFields> = struct<PlatformFields>({
  architecture: text,
  os: text,
  'os.version': text,
  'os.features': list(text),
  variant: text,
});

/** What the fields name; null where that is no platform. */
export function platformOf({ os, architecture, variant }: PlatformFields): Platform | null {
  if (os === '' || architecture === '') return null;
  return variant === '' ? { os, architecture } : { os, architecture, variant };
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
