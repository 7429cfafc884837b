import { request } from 'undici';

import { allContent, type Image, type Index } from '../../src/demo/content.ts';
import type { Sealed } from '../../src/demo/sealed.ts';

export interface PushOptions {
  /** The `Authorization` header, as it is sent. */
  readonly authorization?: string;
}

/**
 * Uploads an image or an index to a registry, every blob in full even where the registry says it has it.
 * A null tag pushes by digest alone. Throws where the registry does not accept a part.
 */
export async function push(
  base: URL,
  repository: string,
  tag: string | null,
  root: Image | Index,
  options: PushOptions = {},
): Promise<void> {
  const { blobs, manifests } = allContent(root);
  for (const blob of blobs) await pushBlob(base, repository, blob, options);
  for (const manifest of manifests) await pushManifest(base, repository, manifest.digest, manifest, options);
  if (tag !== null) await pushManifest(base, repository, tag, root.manifest, options);
}

/** Uploads one blob. */
export async function pushBlob(base: URL, repository: string, blob: Sealed, options: PushOptions = {}): Promise<void> {
  const start = new URL(`/v2/${repository}/blobs/uploads/`, base);
  const location = await send('POST', start, null, options);
  if (location === undefined) throw new Error(`POST ${start.pathname}: accepted, but no Location came`);
  const upload = new URL(location, start);
  upload.searchParams.set('digest', blob.digest);
  await send('PUT', upload, { mediaType: 'application/octet-stream', bytes: blob.bytes }, options);
}

/** Uploads one manifest by tag or digest. */
export async function pushManifest(
  base: URL,
  repository: string,
  reference: string,
  manifest: Pick<Sealed, 'mediaType' | 'bytes'>,
  options: PushOptions = {},
): Promise<void> {
  await send('PUT', new URL(`/v2/${repository}/manifests/${reference}`, base), manifest, options);
}

async function send(
  method: 'POST' | 'PUT',
  url: URL,
  content: Pick<Sealed, 'mediaType' | 'bytes'> | null,
  { authorization }: PushOptions,
): Promise<string | undefined> {
  const { statusCode, headers, body } = await request(url, {
    method,
    headers: {
      'content-length': String(content?.bytes.length ?? 0),
      ...(content !== null && { 'content-type': content.mediaType }),
      ...(authorization !== undefined && { authorization }),
    },
    body: content?.bytes ?? null,
  });
  const text = await body.text();
  if (statusCode < 200 || statusCode > 299) throw new Error(`${method} ${url.pathname}: ${statusCode} ${text.trim()}`);
  const { location } = headers;
  return Array.isArray(location) ? location[0] : location;
}
