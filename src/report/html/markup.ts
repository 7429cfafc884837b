import { visible } from '../escape.ts';

/** A piece of HTML; nothing but the functions here makes one, so that no name from elsewhere is taken for markup. */
export interface Markup {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What may stand between pieces of markup. */
type Part = Markup | string | number | readonly Part[];

/** A template of markup: what is put into it is text, unless it is markup itself. For text and quoted attributes alone. */
export function markup(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const [first = '', ...others] = pieces;
  return { html: first + others.map((piece, index) => `${render(parts[index] ?? '')}${piece}`).join('') };
}

/** Nothing. */
export const NOTHING: Markup = { html: '' };

function render(part: Part): string {
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(render).join('');
}

function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}
