import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseDocument } from 'yaml';

import { parseCommandLine, type ParsedCommandLine } from '../../src/cli/command-line.ts';

/** The project's root. */
export const ROOT = join(import.meta.dirname, '../..');

/** A file of the project, as text. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A YAML file of the project; throws where YAML is wrong, a key that is there twice included. */
export function yamlOf(path: string): unknown {
  const document = parseDocument(textOf(path), { uniqueKeys: true });
  if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('; ')}`);
  return document.toJS();
}

/** The comment lines directly above the first line that begins like this, joined; empty where there are none. */
export function commentAbove(path: string, beginning: string): string {
  const lines = textOf(path).split('\n');
  const at = lines.findIndex((line) => line.trim().startsWith(beginning));
  const above = lines.slice(0, Math.max(at, 0)).toReversed();
  const other = above.findIndex((line) => !line.trim().startsWith('#'));
  const comments = above.slice(0, other === -1 ? above.length : other).toReversed();
  return comments.map((line) => line.trim().replace(/^# ?/, '')).join(' ');
}

/** What our program makes of a shell's words from `verify` on; variables stand for a reference each. */
export function readVerify(line: string): ParsedCommandLine {
  const words = line.slice(line.indexOf('verify ')).trim().split(/\s+/);
  return parseCommandLine(words.map((word) => word.replace(/^"?\$\{?[\w.]+\}?"?$/, 'registry.example.com/a:1')));
}
