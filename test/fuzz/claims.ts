import assert from 'node:assert/strict';

/** What a terminal, a browser or a log may act on; a newline is none in what is made of lines. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Lines of text that whoever shows them shows as they are. */
export function assertPrintable(text: string, most: number): void {
  const found = UNPRINTABLE.exec(text);
  assert.equal(found, null, `not printable at ${found?.index}: ${JSON.stringify(found?.[0])}`);
  assert.ok(text.length <= most, `${text.length} characters, and ${most} would be a lot`);
}

/** The same, on one line. */
export function assertLine(text: string, most: number): void {
  assertPrintable(text, most);
  assert.ok(!text.includes('\n'), 'two lines');
}

/** What something throws is of these families: anything else is a bug. */
export function allowing<T>(families: readonly (new (...args: never[]) => Error)[], run: () => T): T | Error {
  try {
    return run();
  } catch (thrown) {
    const known = families.find((family) => thrown instanceof family);
    if (known === undefined) throw thrown;
    return thrown as Error;
  }
}
