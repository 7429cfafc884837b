import { createContext, Script } from 'node:vm';

/** In milliseconds, on a machine on which others are busy as well: what has not come back by then does not. */
const FOREVER = 120_000;
/** In milliseconds of a processor, however busy the machine is: for so long nobody hears a signal. The longest case takes one. */
const TOO_LONG = 8_000;

const context = createContext({ run: (): void => {} });
const script = new Script('run()');

/** Runs what does not wait, and throws where it does not come back: a search that is stuck would find nothing more. */
export function watched<T>(run: () => T, forever = FOREVER): T {
  let result: { readonly value: T } | null = null;
  context['run'] = (): void => {
    result = { value: run() };
  };
  const begun = process.threadCpuUsage();
  script.runInContext(context, { timeout: forever });
  const { user, system } = process.threadCpuUsage(begun);
  if (user + system > TOO_LONG * 1000)
    throw new Error(`it took ${Math.round((user + system) / 1000)} ms of a processor`);
  // Known to have been run: otherwise the line above has thrown.
  return (result as { readonly value: T } | null)?.value as T;
}
