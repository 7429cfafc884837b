import { onTestFinished } from 'vitest';
import { request } from 'undici';

import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';

/** An answer as it came. */
export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Uint8Array;
  /** The connection ended before all of the body was there. */
  readonly cut: boolean;
}

export interface AskOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (path: string, options?: AskOptions) => Promise<Asked>;

/** A registry that listens until the test is over, and a way to ask it. */
export async function startRegistry(
  options: DemoRegistryOptions = {},
): Promise<{ readonly registry: DemoRegistry; readonly base: URL; readonly ask: Ask }> {
  const registry = createDemoRegistry(options);
  onTestFinished(() => registry.close());
  const base = await registry.listen();
  return { registry, base, ask: (path, how) => ask(new URL(path, base), how) };
}

/** Asks as the probe does, with every manifest type in `Accept`. */
export async function ask(url: URL, { method = 'GET', headers = {} }: AskOptions = {}): Promise<Asked> {
  const response = await request(url, { method, headers: { accept: MANIFEST_ACCEPT, ...headers } });
  const chunks: Uint8Array[] = [];
  let cut = false;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch {
    cut = true;
  }
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode, headers: response.headers, body: bytes.toString(), bytes, cut };
}

/** The first error code in an answer's body. */
export function errorIn({ body }: Asked): {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
} {
  const parsed = JSON.parse(body) as { readonly errors: [{ readonly code: string; readonly message: string }] };
  return parsed.errors[0];
}
