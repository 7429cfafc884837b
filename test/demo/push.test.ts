import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';

interface Upload {
  readonly line: string;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly bytes: Uint8Array;
}

describe('push', () => {
  test('uploads every blob in full, then the manifest by digest, then by tag', async () => {
    const { base, uploads } = await startReceiver();

    await push(base, 'single', 'v1', single.content);

    const { config, layers, manifest } = single.content;
    const blobs = [config, ...layers];
    expect(uploads.map(({ line }) => line)).toEqual([
      ...blobs.flatMap(({ digest }) => [
        'POST /v2/single/blobs/uploads/',
        `PUT /upload?_state=x&digest=${encodeURIComponent(digest)}`,
      ]),
      `PUT /v2/single/manifests/${manifest.digest}`,
      'PUT /v2/single/manifests/v1',
    ]);
    expect(uploads.filter(({ line }) => line.startsWith('PUT /upload')).map(({ bytes }) => bytes)).toEqual(
      blobs.map(({ bytes }) => Buffer.from(bytes)),
    );
    expect(uploads.at(-1)).toMatchObject({ type: OCI_MANIFEST, bytes: Buffer.from(manifest.bytes) });
  });

  test('uploads children before their index, and no tag where there is none', async () => {
    const { base, uploads } = await startReceiver();

    await push(base, 'app', null, app.content);

    const manifests = uploads.filter(({ line }) => line.includes('/manifests/')).map(({ line }) => line);
    expect(manifests).toEqual(
      [app.amd64, app.arm64, app.attestation, app.content].map(
        ({ manifest }) => `PUT /v2/app/manifests/${manifest.digest}`,
      ),
    );
  });

  test('sends the authorization with every request', async () => {
    const { base, uploads } = await startReceiver();

    await push(base, 'single', 'v1', single.content, { authorization: 'Bearer x' });

    expect(uploads.every(({ authorization }) => authorization === 'Bearer x')).toBe(true);
  });

  test('throws with what the registry says when it refuses', async () => {
    const { base } = await startReceiver(403);

    await expect(push(base, 'single', 'v1', single.content)).rejects.toThrow('POST /v2/single/blobs/uploads/: 403 no');
  });
});

describe('the fixture', () => {
  test('is an index of two platforms and an attestation, and an image', () => {
    expect(
      app.content.children.map((child) =>
        child.kind === 'image' ? [child.platform.architecture, child.layers.length] : [],
      ),
    ).toEqual([
      ['amd64', 2],
      ['arm64', 2],
      ['unknown', 1],
    ]);
    expect(single.content.layers).toHaveLength(2);
  });

  test('shares no blob between its images', () => {
    const blobs = [app.amd64, app.arm64, app.attestation, single.content].flatMap(({ config, layers }) => [
      config,
      ...layers,
    ]);

    expect(new Set(blobs.map(({ digest }) => digest)).size).toBe(blobs.length);
  });
});

/** Takes everything, or refuses everything, and remembers it. */
async function startReceiver(refusal?: number): Promise<{ readonly base: URL; readonly uploads: readonly Upload[] }> {
  const uploads: Upload[] = [];
  const server = createServer((incoming, response) => void receive(incoming, response));
  const receive = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = Buffer.concat(await incoming.toArray());
    const { authorization, 'content-type': type } = incoming.headers;
    uploads.push({ line: `${incoming.method} ${incoming.url}`, type, authorization, bytes });
    const status = refusal ?? (incoming.method === 'POST' ? 202 : 201);
    response.writeHead(status, { location: '/upload?_state=x' }).end(refusal === undefined ? '' : 'no\n');
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), uploads };
}
