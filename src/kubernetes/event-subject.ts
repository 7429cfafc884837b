import { currentFinding, type ReportedProblem } from './current-finding.ts';
import type { EventSubject } from './event.ts';
import type { Workload } from './workload.ts';

/** More platforms than these make nobody wiser. */
const MAX_PLATFORMS = 3;

/** What to tell a workload of something broken that it uses, in plain text. */
export function eventSubject(host: string, problem: ReportedProblem, workload: Workload): EventSubject {
  const { image, object, fault, digest, platforms } = currentFinding(problem);
  const details = [...(digest === null ? [] : [digest]), ...platforms.slice(0, MAX_PLATFORMS)].join(', ');
  const what = `${host}/${image}: ${object} ${fault}${details === '' ? '' : ` (${details})`}`;
  return { workload, what, next: problem.hint };
}
