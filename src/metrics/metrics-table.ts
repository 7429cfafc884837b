import { METRICS, type WhenSent } from './definitions.ts';
import { STORAGE_METRICS } from './storage-definitions.ts';

const SENT: Readonly<Record<WhenSent, string>> = {
  'every-run': 'every run',
  complete: 'complete walks',
  'complete-or-partial': 'complete walks, and incomplete ones that confirmed a finding',
  partial: 'incomplete walks that confirmed a finding',
};

/** All metrics as a Markdown table, in the order of their definitions, ending in a line feed. */
export function metricsTable(): string {
  const rows = [...METRICS, ...STORAGE_METRICS].map(({ name, labels, sent, help }) => {
    const names = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${names} | ${SENT[sent]} | ${help} |`;
  });
  return ['| metric | labels | sent after | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
