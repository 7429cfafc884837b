import { answer, type Answer, type BodyDelivery } from './answer.ts';
import { errorForStatus, registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';

/** What goes wrong. Each is a change to the answer that would have gone out. */
export type FaultAction =
  /** This status instead, with the registry's error for it unless a body is given. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: HeaderPatch;
      readonly body?: Uint8Array | string;
    }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** The connection ends before the headers: closed, or reset. */
  | { readonly kind: 'drop'; readonly reset?: boolean }
  /** The connection ends after the headers and so many bytes of the body. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Nothing more comes after the headers and so many bytes of the body. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** The answer comes late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** To somewhere else, with 307 unless another status is given. */
  | {
      readonly kind: 'redirect';
      readonly to: string | URL | ((request: DemoRequest) => string | URL);
      readonly status?: number;
    }
  /** Other bytes under the status and the headers that would have come, and their length. */
  | { readonly kind: 'body'; readonly body: Uint8Array | string; readonly headers?: HeaderPatch }
  | { readonly kind: 'headers'; readonly headers: HeaderPatch }
  /** As if no range had been asked for. */
  | { readonly kind: 'ignoreRange' }
  /** Whatever else can be thought of. */
  | { readonly kind: 'rewrite'; readonly rewrite: (answer: Answer, request: DemoRequest) => Answer };

/** Headers to set, names in lower case; null takes one away. */
export type HeaderPatch = Readonly<Record<string, string | readonly string[] | null>>;

/** A request on its way to an answer. */
export interface Exchange {
  readonly request: DemoRequest;
  /** What would go out. */
  readonly answer: Answer;
  /** What the registry itself says to a request. */
  readonly handle: (request: DemoRequest) => Answer;
}

/** The answer that goes out instead. */
export function applyAction(action: FaultAction, exchange: Exchange): Answer {
  const { request, answer: normal } = exchange;
  switch (action.kind) {
    case 'status':
      return patch(statusAnswer(action.status, action.body), action.headers);
    case 'hang':
      return deliver(normal, { kind: 'silence' });
    case 'drop':
      return deliver(normal, { kind: 'drop', reset: action.reset ?? false });
    case 'cut':
      return deliver(normal, { kind: 'cut', after: action.bytes });
    case 'stall':
      return deliver(normal, { kind: 'stall', after: action.bytes });
    case 'delay':
      return { ...normal, delayMs: normal.delayMs + action.ms };
    case 'redirect': {
      const to = typeof action.to === 'function' ? action.to(request) : action.to;
      return answer(action.status ?? 307, '', { location: String(to) });
    }
    case 'body': {
      const replaced = answer(normal.status, action.body);
      return patch(
        { ...normal, body: replaced.body, delivery: replaced.delivery },
        {
          'content-length': String(replaced.body.length),
          ...action.headers,
        },
      );
    }
    case 'headers':
      return patch(normal, action.headers);
    case 'ignoreRange': {
      const { range: _, ...headers } = request.headers;
      return exchange.handle({ ...request, headers });
    }
    case 'rewrite':
      return action.rewrite(normal, request);
  }
}

function statusAnswer(status: number, body: Uint8Array | string | undefined): Answer {
  if (body !== undefined) return answer(status, body);
  return status < 400 ? answer(status, '') : { ...registryError(errorForStatus(status)), status };
}

function deliver(normal: Answer, delivery: BodyDelivery): Answer {
  return { ...normal, delivery };
}

function patch(normal: Answer, changes: HeaderPatch = {}): Answer {
  const headers: Record<string, string | readonly string[]> = { ...normal.headers };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete headers[name];
    else headers[name] = value;
  }
  return { ...normal, headers };
}
