import type { IncomingHttpHeaders } from 'node:http';

import { request } from 'undici';

/** What a server said, read to its end. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly text: string;
  /** The code of the first error in the body, as a registry writes it; undefined where there is none. */
  readonly code: string | undefined;
}

/** Asks a server with no header but those given: neither `Accept` nor anything else that `fetch` would add. */
export async function ask(
  base: URL,
  path: string,
  {
    method = 'GET',
    headers = {},
  }: { readonly method?: 'GET' | 'HEAD' | 'DELETE'; readonly headers?: Record<string, string> } = {},
): Promise<PlainAnswer> {
  const { statusCode, headers: answered, body } = await request(new URL(path, base), { method, headers });
  const text = await body.text();
  return { status: statusCode, headers: answered, text, code: /"code":\s*"([A-Z_]+)"/.exec(text)?.[1] };
}
