/** In characters, more or less: what is handed over at once. */
const PART_LENGTH = 16_384;

/**
 * The text that `JSON.stringify(value, null, 2)` gives, in parts: a document of tens of thousands of findings is never
 * there as one text. Lists and objects are taken apart down to so many levels, and what is below is a part each.
 */
export function* jsonParts(value: unknown, levels: number): Generator<string> {
  let part = '';
  for (const piece of pieces(value, levels, '')) {
    part += piece;
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function* pieces(value: unknown, levels: number, indent: string): Generator<string> {
  const members = levels > 0 && typeof value === 'object' && value !== null ? membersOf(value) : [];
  if (members.length === 0) {
    // Within a text a line never breaks.
    yield JSON.stringify(value ?? null, null, 2).replaceAll('\n', `\n${indent}`);
    return;
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const deeper = `${indent}  `;
  let before = open;
  for (const [name, member] of members) {
    yield `${before}\n${deeper}${name}`;
    yield* pieces(member, levels - 1, deeper);
    before = ',';
  }
  yield `\n${indent}${close}`;
}

/** What is between the brackets: with the name that stands before it, and without what JSON leaves out. */
function membersOf(value: object): readonly (readonly [name: string, member: unknown])[] {
  if (Array.isArray(value)) return value.map((member: unknown) => ['', member]);
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => [`${JSON.stringify(key)}: `, member]);
}
