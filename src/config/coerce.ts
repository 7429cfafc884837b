import type { SettingKind } from './setting.ts';

/**
 * The value that a text stands for, in an environment variable or behind a flag.
 * A text that is no number and no switch stays as it is, for the schema to refuse.
 */
export function coerce(kind: SettingKind, written: string): unknown {
  switch (kind) {
    case 'number':
      return toNumber(written);
    case 'boolean':
      if (written === 'true' || written === '1') return true;
      return written === 'false' || written === '0' ? false : written;
    case 'list':
      return splitList(written);
    case 'map':
      return splitPairs(written, (value) => value);
    case 'number-map':
      return splitPairs(written, toNumber);
    case 'json':
      return parseJson(written);
    case 'text':
      return written;
  }
}

/** Splits at commas, but not inside the braces of a glob: `team/{a,b},lab` is two items. */
function splitList(written: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const letter of written) {
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if (letter === ',' && depth <= 0) {
      items.push(item.trim());
      item = '';
    } else {
      item += letter;
    }
  }
  return [...items, item.trim()].filter((each) => each !== '');
}

function toNumber(written: string): unknown {
  return /^[+-]?[0-9]+(?:\.[0-9]+)?$/.test(written) ? Number(written) : written;
}

function splitPairs(written: string, read: (value: string) => unknown): unknown {
  const pairs = splitList(written).map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return { name: name.trim(), value: value.length === 0 ? null : value.join('=').trim() };
  });
  if (pairs.some(({ value }) => value === null)) return written;
  return Object.fromEntries(pairs.map(({ name, value }) => [name, read(value ?? '')]));
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}
