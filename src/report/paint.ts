import { styleText } from 'node:util';

/** What a piece of text is, as far as its looks are concerned. */
export type Role = 'good' | 'bad' | 'doubtful' | 'title' | 'label';

export type Paint = (role: Role, text: string) => string;

const FORMATS = {
  good: ['green', 'bold'],
  bad: ['red', 'bold'],
  doubtful: ['yellow', 'bold'],
  title: ['bold'],
  label: ['dim'],
} as const;

/** Colors text, or leaves it as it is. Whether the output takes colors is the caller's knowledge. */
export function createPaint(color: boolean): Paint {
  if (!color) return (_role, text) => text;
  return (role, text) => styleText([...FORMATS[role]], text, { validateStream: false });
}
