import { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Makes connections, and knows those that stand while no TLS has come about on them. */
export interface Handshakes {
  readonly connect: buildConnector.connector;
  /** True when the last connection to the host of this URL was taken, and did not get any further. */
  isStalled(url: URL): boolean;
}

/** To undici, connecting is done when TLS is; between the two lies what tells a silent server from one that is not there. */
export function watchHandshakes(options: buildConnector.BuildOptions): Handshakes {
  const build = buildConnector(options);
  const stalled = new Set<string>();

  function connect(target: buildConnector.Options, callback: buildConnector.Callback): void {
    const { protocol, host = target.hostname } = target;
    if (protocol !== 'https:') return build(target, callback);
    stalled.delete(host);
    const socket: unknown = build(target, (...outcome) => {
      if (outcome[0] === null) stalled.delete(host);
      callback(...outcome);
    });
    // Whatever its types say, it hands the socket out at once; if it ever does not, all that is lost is this knowledge.
    if (socket instanceof Socket) socket.once('connect', () => stalled.add(host));
  }

  return { connect, isStalled: ({ host }) => stalled.has(host) };
}
