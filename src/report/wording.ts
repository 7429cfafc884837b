/** A number with its noun: `1 tag`, `2 tags`, `3 repositories`. */
export function quantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** The first names, and how many more there are. */
export function firstOf(names: readonly string[], shown: number, noun: string): string {
  const rest = names.length - shown;
  const list = names.slice(0, shown).join(', ');
  return rest > 0 ? `${list} and ${quantity(rest, `more ${noun}`)}` : list;
}

/** How often, in a word. */
export function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/** A length of time as people say it: `1.2 s`, `3 min 5 s`, `1 h 2 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes as people say it: `12 bytes`, `3.4 GB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  for (; amount >= 999.95 && unit < UNITS.length - 1; unit += 1) amount /= 1000;
  return unit === 0 ? quantity(bytes, 'byte') : `${amount.toFixed(1)} ${UNITS[unit]}`;
}

/** A code of the report, such as `digest_mismatch`, in words. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
