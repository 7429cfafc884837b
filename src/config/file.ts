import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

import { describeReadFailure, type ReadFile } from './content.ts';
import { isHeavyYaml } from '../util/plain-yaml.ts';
import type { Problems } from './problem.ts';
import { isTree, type Tree } from './tree.ts';

/** The config file's mapping, or null when there is none to be had; what is wrong with it becomes a problem. */
export async function readConfigurationFile(
  path: string,
  origin: string,
  readFile: ReadFile,
  problems: Problems,
): Promise<Tree | null> {
  let text: string;
  try {
    text = await readFile(path);
  } catch (thrown) {
    problems.add(origin, '', `cannot read '${path}': ${describeReadFailure(thrown)}`);
    return null;
  }
  return parseConfiguration(text, path, problems);
}

/** Reads YAML; an empty document is an empty mapping. */
export function parseConfiguration(text: string, path: string, problems: Problems): Tree | null {
  if (isHeavyYaml(text)) {
    problems.add(path, '', 'there is more in it than in any file of settings');
    return null;
  }
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === null) {
    problems.add(path, '', 'not valid YAML: too many levels');
    return null;
  }
  const faults = [...document.errors, ...document.warnings];
  for (const { code, message, pos } of faults) {
    const problem = code === 'DUPLICATE_KEY' ? duplicateKey(text, pos[0]) : `not valid YAML: ${describeFault(message)}`;
    problems.add(path, `line ${lines.linePos(pos[0]).line}`, problem);
  }
  if (faults.length > 0) return null;
  if (hasOddKeys(document)) {
    problems.add(path, '', 'not valid here: a key that is a mapping, a list or an alias');
    return null;
  }

  const value = toValue(document);
  if (value === undefined) problems.add(path, '', 'not valid YAML: an alias leads nowhere, or to too much');
  else if (value === null) return {};
  else if (!isTree(value)) problems.add(path, '', 'expected a mapping of settings at the top level');
  return isTree(value) ? value : null;
}

/** Null for what is so deep that the parser, which calls itself for each level, gives up. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed | null {
  try {
    return parseDocument(text, { prettyErrors: false, lineCounter });
  } catch {
    return null;
  }
}

/** No setting has such a key, and each in another doubles the work of writing them out. */
function hasOddKeys(document: Document): boolean {
  let odd = false;
  visit(document, {
    Pair(_, { key }) {
      odd ||= !isScalar(key);
      return odd ? visit.BREAK : undefined;
    },
  });
  return odd;
}

/** The parser names every other fault in words of its own; what it quotes from the file may be a secret. */
function describeFault(message: string): string {
  if (message.startsWith('Source contains multiple documents')) return 'more than one document';
  const own = message.replace(/[:;"'].*$/s, '').trim();
  return `${own.charAt(0).toLowerCase()}${own.slice(1)}`;
}

function duplicateKey(text: string, position: number): string {
  const key = /^["']?([\w./-]+)/.exec(text.slice(position))?.[1];
  return key === undefined ? 'duplicate key' : `duplicate key '${key}'`;
}

function toValue(document: Document): unknown {
  try {
    return document.toJS() ?? null;
  } catch {
    return undefined;
  }
}
