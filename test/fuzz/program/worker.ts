import { parentPort } from 'node:worker_threads';

import { runProgram } from '../../../src/cli/program.ts';

/** What the program is called with. */
export interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const port = parentPort;
const handlers = new Set<(signal: string) => void>();

port?.on('message', (message: Call | 'signal') => {
  if (message !== 'signal') return void run(message).then((ended) => port.postMessage(ended));
  for (const handler of handlers) handler('SIGTERM');
});

async function run({ argv, env }: Call): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTTY: false,
    columns: () => 100,
    finish: () => Promise.resolve(null),
  });
  const code = await runProgram({
    argv,
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    homeDirectory: '',
    entry: new URL('../../../src/main.ts', import.meta.url),
    onSignal(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  });
  return { code, ...written };
}
