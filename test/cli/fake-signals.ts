import type { Io } from '../../src/cli/io.ts';

/** A process's signals, sent by the test. */
export interface FakeSignals extends Pick<Io, 'onSignal'> {
  send(signal: string): void;
  readonly listeners: number;
}

/** Signals that nobody has sent yet. */
export function fakeSignals(): FakeSignals {
  const handlers = new Set<(signal: string) => void>();
  return {
    onSignal(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    send: (signal) => handlers.forEach((handler) => handler(signal)),
    get listeners() {
      return handlers.size;
    },
  };
}
