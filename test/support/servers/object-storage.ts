import { request } from 'undici';

import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';
import type { ObjectStorage } from './registry-config.ts';

/** S3 in memory, with one bucket. */
export interface RunningStorage extends ObjectStorage {
  /** The object is gone; throws where it was not there. */
  remove(key: string): Promise<void>;
  /** What is left of an object are its first bytes. */
  cut(key: string, length: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts object storage on 127.0.0.1 with an empty bucket. */
export async function startObjectStorage(): Promise<RunningStorage> {
  const port = await freePort();
  const endpoint = new URL(`http://127.0.0.1:${port}/`);
  const running = await startProcess({
    command: toolPath('moto_server'),
    args: ['--host', '127.0.0.1', '--port', String(port)],
    readyUrl: endpoint,
  });
  const bucket = 'registry';
  // It never looks at a signature, and wants to see one all the same.
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;

  async function send(method: 'GET' | 'PUT' | 'DELETE', key: string, body: Uint8Array | null = null): Promise<Buffer> {
    const url = new URL(`/${bucket}${key}`, endpoint);
    const { statusCode, body: answer } = await request(url, { method, body, headers: { authorization } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (statusCode > 299) throw new Error(`${method} ${url.pathname}: ${statusCode} ${bytes.toString()}`);
    return bytes;
  }

  try {
    await send('PUT', '');
  } catch (error) {
    await running.stop();
    throw error;
  }
  return {
    endpoint,
    bucket,
    async remove(key) {
      // To remove what is not there is no error.
      await send('GET', key);
      await send('DELETE', key);
    },
    async cut(key, length) {
      await send('PUT', key, (await send('GET', key)).subarray(0, length));
    },
    stop: running.stop,
  };
}
