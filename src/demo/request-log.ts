import { matches, type RequestMatch } from './request-match.ts';
import type { DemoRequest } from './request.ts';

/** Every request that arrived, in order, refused ones included. */
export interface RequestLog {
  readonly all: readonly DemoRequest[];
  matching(match: RequestMatch): readonly DemoRequest[];
  clear(): void;
}

/** A log, and the server's side of it. */
export interface WritableRequestLog extends RequestLog {
  add(request: DemoRequest): void;
}

/** A log without a request. */
export function createRequestLog(): WritableRequestLog {
  const all: DemoRequest[] = [];
  return {
    all,
    matching: (match) => all.filter((request) => matches(request, match)),
    clear: () => void all.splice(0),
    add: (request) => void all.push(request),
  };
}
