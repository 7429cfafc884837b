import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** A real Pushgateway, running, that forgets everything when it stops. */
export interface RunningPushgateway {
  /** With the path prefix, where one was asked for. */
  readonly url: URL;
  /** What Prometheus would scrape. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
  log(): string;
}

/**
 * Starts a Pushgateway on 127.0.0.1, or for pods as well, under a path prefix (`/push`) if wanted, and waits until it
 * answers.
 */
export async function startPushgateway({
  prefix = '',
  address = '127.0.0.1',
}: { readonly prefix?: string; readonly address?: '127.0.0.1' | '0.0.0.0' } = {}): Promise<RunningPushgateway> {
  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}${prefix}/`);
  const running = await startProcess({
    command: toolPath('prometheus-pushgateway'),
    args: [
      `--web.listen-address=${address}:${port}`,
      `--web.route-prefix=${prefix === '' ? '/' : prefix}`,
      // Debian's keeps its groups in /var/lib otherwise, from one test to the next.
      '--persistence.file=',
    ],
    readyUrl: new URL('-/ready', url),
  });
  return {
    url,
    async metrics() {
      const response = await fetch(new URL('metrics', url));
      return response.text();
    },
    stop: running.stop,
    log: running.log,
  };
}
