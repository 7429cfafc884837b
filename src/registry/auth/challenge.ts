/** One way to authenticate, as a server offers it. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`, `negotiate`. */
  readonly scheme: string;
  /** Names in lower case; of a name that is repeated, the first value. A token68 is left out: nothing here reads one. */
  readonly params: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const BLANKS = /[ \t]*/y;
/** More than the grammar allows: servers write `realm=https://auth.example.com/token` without quotes. */
const BARE_VALUE = /[^\s,]*/y;

/**
 * Reads a `WWW-Authenticate` field, or several joined by commas: every challenge in it, in order.
 * Text that fits no grammar is passed over; it never throws and looks at each character a bounded number of times.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  let at = 0;

  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const text = pattern.exec(header)?.[0] ?? '';
    at += text.length;
    return text;
  };
  const takeQuoted = (): string => {
    const quoted = readQuoted(header, at);
    at = quoted.end;
    return quoted.text;
  };

  while (at < header.length) {
    if (header[at] === '"') takeQuoted();
    const word = take(TOKEN);
    if (word === '') {
      at += 1;
      continue;
    }
    const blanks = take(BLANKS);
    if (header[at] === '=') {
      at += 1;
      take(BLANKS);
      const value = header[at] === '"' ? takeQuoted() : take(BARE_VALUE);
      const params = found.at(-1)?.params;
      if (params?.has(word.toLowerCase()) === false) params.set(word.toLowerCase(), value);
      continue;
    }
    found.push({ scheme: word.toLowerCase(), params: new Map() });
    if (blanks !== '') take(TOKEN68);
  }
  return found.map(({ scheme, params }) => ({ scheme, params: Object.fromEntries(params) }));
}

/** A quoted string from its opening quote on; one that is never closed reaches to the end. */
function readQuoted(header: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = start + 1;
  while (at < header.length && header[at] !== '"') {
    if (header[at] === '\\') at += 1;
    text += header[at] ?? '';
    at += 1;
  }
  return { text, end: Math.min(at + 1, header.length) };
}
