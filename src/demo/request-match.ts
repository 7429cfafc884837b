import type { DemoRequest, RequestKind } from './request.ts';

/** Which requests are meant: those that all the given fields fit. */
export interface RequestMatch {
  readonly method?: string;
  readonly kind?: RequestKind;
  readonly repository?: string;
  /** A tag or a digest, as it is in the path. */
  readonly reference?: string;
  /** Whether an `Authorization` header came. */
  readonly authorization?: boolean;
  readonly predicate?: (request: DemoRequest) => boolean;
}

/** Whether a request is one of those that are meant. */
export function matches(request: DemoRequest, match: RequestMatch): boolean {
  const { predicate, ...fields } = match;
  const wanted = Object.entries(fields) as [keyof typeof fields, unknown][];
  return wanted.every(([name, value]) => request[name] === value) && (predicate?.(request) ?? true);
}
