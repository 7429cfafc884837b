/**
 * What a terminal may act on instead of showing it: control characters, invisible ones that reorder or hide text, line
 * and paragraph separators, and halves of characters. All names and details come from a registry, which may be hostile.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * What pipelines take out of a log as commands of theirs: `##[error]`, `##vso[…]` and `##teamcity[…]` anywhere in a line,
 * and `::error::` and `::error file=…::` at its beginning, where text may come to stand when lines are broken.
 * https://github.com/actions/runner/blob/v2.330.0/src/Runner.Common/ActionCommand.cs
 */
const COMMAND_ANYWHERE = /#(?=#[a-z]*\[)/u;
const COMMAND_IN_FRONT = /(?<=^|\s):(?=:[a-z][a-z_-]*(?:::|\s))/u;

const SHOWN = new RegExp([UNSAFE, COMMAND_ANYWHERE, COMMAND_IN_FRONT].map(({ source }) => source).join('|'), 'giu');

/** Text from elsewhere, made fit to be shown on a line: what may be acted on as `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(SHOWN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
