import type { Io } from '../../src/cli/io.ts';
import { fakeSignals, type FakeSignals } from './fake-signals.ts';

/** A process of the test's own, and what was written to it. */
export interface FakeIo extends Io {
  readonly signals: FakeSignals;
  /** What came, in order: which stream, and the text. */
  readonly written: readonly { readonly to: 'stdout' | 'stderr'; readonly text: string }[];
  readonly out: string;
  readonly err: string;
}

/** A process without arguments, environment and home, and with no terminal, unless told otherwise. */
export function fakeIo({
  terminal = false,
  columns = 100,
  full = false,
  ...given
}: Partial<Pick<Io, 'argv' | 'env' | 'homeDirectory'>> & {
  readonly terminal?: boolean;
  readonly columns?: number;
  /** Standard output is on a disk that is full. */
  readonly full?: boolean;
} = {}): FakeIo {
  const written: { readonly to: 'stdout' | 'stderr'; readonly text: string }[] = [];
  const signals = fakeSignals();
  const textOf = (stream: string): string => written.flatMap(({ to, text }) => (to === stream ? [text] : [])).join('');
  const output = (to: 'stdout' | 'stderr'): Io['stdout'] => ({
    write: (text) => void written.push({ to, text }),
    isTTY: terminal,
    columns: () => columns,
    finish: () => Promise.resolve(full && to === 'stdout' ? 'no space left on device' : null),
  });
  return {
    argv: [],
    env: {},
    homeDirectory: '',
    entry: new URL('../../src/main.ts', import.meta.url),
    ...given,
    stdout: output('stdout'),
    stderr: output('stderr'),
    onSignal: signals.onSignal,
    signals,
    written,
    get out() {
      return textOf('stdout');
    },
    get err() {
      return textOf('stderr');
    },
  };
}
