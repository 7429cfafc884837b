import type { Report } from '../../src/report/schema.ts';
import { toReport } from '../../src/report/json.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import { finding, layer, observed, outcome, reported } from './samples.ts';

/** What somebody who may push, or who answers, would write to get out of the text that it stands in. */
export const HOSTILE = [
  '</failure></testcase><x a="1">&amp;]]>',
  '| a | `b` | <script>alert(1)</script> | @everyone #1 http://evil.example.com ![x](y)',
  'v1\n::error title=x::forged\r\n## heading\u2028next\u202etxet',
  '%0A::stop-commands::token',
  '\u0000\u0007\u001b[31m\ud800 \ufffe',
];

/** The report of one registry with these findings and no others, as every form is made of. */
export function reportOf(result: Partial<WalkResult>): Report {
  return toReport({ command: 'verify', version: '1.2.3', registries: [reported(outcome({ ...result }))] });
}

/** Two broken things, one thing that could not be told, and one that a policy refuses. */
export function plainReport(): Report {
  return reportOf({
    verdict: 'broken',
    complete: false,
    findings: [finding(), layer({ platforms: ['linux/amd64', 'linux/arm64'] })],
    unknowns: [{ repository: 'team/web', reference: '_tags', reason: 'timeout', detail: 'no answer in 30 s' }],
    blocked: [{ repository: 'team/old', tags: ['v0'], digest: null, detail: 'PROJECTPOLICYVIOLATION' }],
  });
}

/** Hostile text in every place that a stranger may fill. */
export function hostileReport(): Report {
  return reportOf({
    verdict: 'broken',
    complete: false,
    findings: HOSTILE.map((text) =>
      finding({ repository: text, tags: [text], platforms: [text], observed: observed({ detail: text }) }),
    ),
    unknowns: HOSTILE.map((text) => ({ repository: text, reference: text, reason: 'protocol', detail: text })),
    blocked: HOSTILE.map((text) => ({ repository: text, tags: [text], digest: null, detail: text })),
  });
}
