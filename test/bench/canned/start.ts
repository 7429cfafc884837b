import { fork } from 'node:child_process';
import { join } from 'node:path';

import type { Scene } from './content.ts';

/** A registry of canned bodies in a process of its own. */
export interface CannedRegistry {
  readonly url: string;
  /** Answers 503 for so many milliseconds from now on. */
  failFor(milliseconds: number): void;
  /** Requests that it answered so far. */
  requests(): Promise<number>;
  close(): void;
}

/** Starts a registry with the content of a scene, on a port of its own. */
export async function startCannedRegistry(scene: Scene): Promise<CannedRegistry> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(scene)]);
  const next = (): Promise<Readonly<Record<string, number>>> =>
    new Promise((resolve) => child.once('message', (message) => resolve(message as Readonly<Record<string, number>>)));
  const { port } = await next();
  return {
    url: `http://127.0.0.1:${port}`,
    failFor: (milliseconds) => void child.send({ failFor: milliseconds }),
    async requests() {
      const answer = next();
      child.send('count');
      return (await answer)['requests'] ?? 0;
    },
    close: () => void child.kill(),
  };
}
