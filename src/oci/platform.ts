import * as z from 'zod';

/** The platform of a descriptor in an index; what a registry sends beside these fields is of no interest. */
export const Platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
export type Platform = z.infer<typeof Platform>;

/** A platform as people write it: `linux/arm64/v8`. */
export function formatPlatform(platform: Platform): string {
  const base = `${platform.os}/${platform.architecture}`;
  return platform.variant === undefined || platform.variant === '' ? base : `${base}/${platform.variant}`;
}

/** True when a wanted platform is met by one present: `linux/arm64` is met by `linux/arm64/v8`, not the other way. */
export function platformMatches(wanted: string, present: string): boolean {
  return present === wanted || present.startsWith(`${wanted}/`);
}
