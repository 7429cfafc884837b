/** A kubeconfig may name a program that gives the login, and nothing tells that program to end. */
export async function untilAborted<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: settled.signal });
  });
  try {
    return await Promise.race([question(), aborted]);
  } finally {
    settled.abort();
  }
}
