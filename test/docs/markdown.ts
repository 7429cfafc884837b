import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './pipelines.ts';

/** Every page in docs, as a path from the project's root. */
export function pagesInDocs(): readonly string[] {
  const files = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md')).map((file) => join('docs', file));
}

/** The targets of all links that lead to a file or a heading of ours. */
export function linksOf(markdown: string): readonly string[] {
  const targets = [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The names under which the headings can be linked to, as GitHub makes them. */
export function anchorsOf(markdown: string): readonly string[] {
  const headings = [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The contents of all code blocks of a language. */
export function blocksOf(markdown: string, language: string): readonly string[] {
  const blocks = markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, of]) => of === language).map(([, , content]) => content ?? '');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '`');
}
