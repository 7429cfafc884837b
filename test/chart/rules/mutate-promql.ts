/** A change to a text, and what it is. */
export interface Mutation {
  readonly text: string;
  readonly what: string;
}

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly inBraces: boolean;
}

const TOKEN =
  /(?<text>"(?:[^"\\]|\\.)*")|(?<duration>\[[0-9]+[smh]\]|offset [0-9]+[smh])|(?<number>[0-9]+(?:\.[0-9]+)?)|(?<word>[a-zA-Z_][a-zA-Z0-9_]*)|(?<sign>=~|!~|!=|==|>=|<=|[-+*<>=(){},])/g;

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '>': ['>=', '<', '=='],
  '<': ['<=', '>', '=='],
  '==': ['!=', '>', '<'],
};
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = { '-': ['+'], '*': ['+'] };
const WORDS: Readonly<Record<string, readonly string[]>> = {
  and: ['or', 'unless'],
  or: ['and', 'unless'],
  unless: ['and', 'or'],
  min: ['max', 'sum'],
  max: ['min', 'sum'],
  sum: ['max', 'min'],
  count: ['max', 'sum'],
  absent_over_time: ['last_over_time'],
};

/** Every single change of the kinds below that leaves an expression of PromQL one, made from its text alone. */
export function mutatePromql(expression: string): readonly Mutation[] {
  const tokens = tokensOf(expression);
  return [
    ...replacements(expression, tokens),
    ...numbers(expression, tokens),
    ...withoutLabels(expression),
    ...withoutMatchers(expression),
    ...withoutParts(expression),
    ...regularExpressions(expression),
    ...withoutLookBack(expression),
  ];
}

function tokensOf(expression: string): readonly Token[] {
  let depth = 0;
  return [...expression.matchAll(TOKEN)].map((match) => {
    const [text] = match;
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    const kind = (['text', 'number', 'word', 'sign'] as const).find((one) => match.groups?.[one] !== undefined);
    return { kind: kind ?? 'sign', text, start: match.index, inBraces: depth > 0 };
  });
}

/** Operators and functions become others; a matcher says the opposite; a metric gets a name that nothing has. */
function replacements(expression: string, tokens: readonly Token[]): readonly Mutation[] {
  return tokens.flatMap((token) => {
    const outside = { ...COMPARISONS, ...ARITHMETIC, ...WORDS };
    const inside: Readonly<Record<string, readonly string[]>> = { '=': ['!='], '=~': ['!~'] };
    const metric = /^(?:registry_integrity|push|kube)_/.test(token.text) ? [`${token.text}_x`] : [];
    const others = token.inBraces ? inside[token.text] : (outside[token.text] ?? metric);
    return (others ?? []).map((other) => replaced(expression, token, other));
  });
}

/** Only the last scrape counts. */
function withoutLookBack(expression: string): readonly Mutation[] {
  const selectors = [
    ...expression.matchAll(/\b(last|absent)_over_time\(([a-z_]+\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})\[[35]m\]\)/g),
  ];
  return selectors.map(({ 0: whole, 1: what, 2: selector = '', index }) =>
    replaced(expression, { text: whole, start: index }, what === 'absent' ? `absent(${selector})` : selector),
  );
}

/** A number becomes its neighbors. */
function numbers(expression: string, tokens: readonly Token[]): readonly Mutation[] {
  const outside = tokens.filter(({ kind, inBraces }) => kind === 'number' && !inBraces);
  return outside.flatMap((token) => [-1, 1].map((by) => replaced(expression, token, `(${Number(token.text) + by})`)));
}

/** A label is left out of `by`, `on` or `ignoring`; so is the whole of `on` and `ignoring`. */
function withoutLabels(expression: string): readonly Mutation[] {
  const lists = [...expression.matchAll(/\b(by|on|ignoring) \(([^)]*)\)/g)];
  return lists.flatMap(({ 0: whole, 1: word = '', 2: list = '', index }) => {
    const labels = list.split(', ').filter((label) => label !== '');
    const shorter = labels.map((label) => `${word} (${labels.filter((one) => one !== label).join(', ')})`);
    const all = word === 'by' ? shorter : [...shorter, ''];
    return all.map((other) => replaced(expression, { text: whole, start: index }, other));
  });
}

/** A matcher is left out. */
function withoutMatchers(expression: string): readonly Mutation[] {
  const selectors = [...expression.matchAll(/\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g)];
  return selectors.flatMap(({ 0: whole, 1: inner = '', index }) => {
    const matchers = inner.match(/[a-zA-Z_]+(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*"/g) ?? [];
    return matchers
      .filter((matcher) => !matcher.startsWith('__name__'))
      .map((matcher) => {
        const others = matchers.filter((one) => one !== matcher).join(',');
        return { ...replaced(expression, { text: whole, start: index }, `{${others}}`), what: `without ${matcher}` };
      });
  });
}

/** A comparison with a number, or `time()`, is left out. */
function withoutParts(expression: string): readonly Mutation[] {
  const comparisons = [...expression.matchAll(/ (?:>|<|==) [0-9.]+/g)];
  const times = [...expression.matchAll(/time\(\)/g)];
  return [
    ...comparisons.map((match) => replaced(expression, { text: match[0], start: match.index }, '')),
    ...times.map((match) => replaced(expression, { text: match[0], start: match.index }, '0')),
  ];
}

/** An alternative or an optional part of a regular expression is left out, or is no longer optional. */
function regularExpressions(expression: string): readonly Mutation[] {
  const patterns = [...expression.matchAll(/=~"([^"]*)"/g)];
  return patterns.flatMap(({ 0: whole, 1: pattern = '', index }) => {
    const alternatives = pattern.split('|');
    const fewer =
      alternatives.length === 1
        ? []
        : alternatives.map((one) => alternatives.filter((other) => other !== one).join('|'));
    const optional = /\([^)]*\)\?/.exec(pattern);
    const fixed =
      optional === null
        ? []
        : [pattern.replace(optional[0], ''), pattern.replace(optional[0], optional[0].slice(0, -1))];
    return [...fewer, ...fixed].map((other) => replaced(expression, { text: whole, start: index }, `=~"${other}"`));
  });
}

/** What stands before a change tells where it is, when selectors are cut short. */
function replaced(expression: string, { text, start }: Pick<Token, 'text' | 'start'>, other: string): Mutation {
  const before = expression.slice(0, start);
  const around = before
    .replaceAll(/\{[^{}]*\}/g, '{…}')
    .replaceAll(/\s+/g, ' ')
    .slice(-60);
  return {
    text: `${before}${other}${expression.slice(start + text.length)}`,
    what: `${text.trim()} -> ${other === '' ? 'nothing' : other} after '${around}'`,
  };
}
