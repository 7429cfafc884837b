export { visible } from '../util/visible.ts';

/**
 * What terminals and pipelines may act on, as `visible` has it, but for the newline, which pretty-printed JSON is made
 * of; inside its strings it is escaped already. None of its lines begins with a text of somebody else's.
 */
const UNSAFE_IN_JSON = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|#(?=#[a-z]*\[)/giu;

/** JSON text with unsafe characters written as escapes, so that it parses to the same value. */
export function escapeControls(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
