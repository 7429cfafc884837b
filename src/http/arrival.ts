import { request, type Dispatcher } from 'undici';
import type { Question } from './question.ts';
import type { Stop } from './stop.ts';
import { watchStart } from './watch-start.ts';

/** What came of waiting for response headers. */
export type Arrival =
  | { readonly kind: 'answer'; readonly answer: Dispatcher.ResponseData }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'stopped' };

/** Sends a request and waits for its headers, or for the stop; `onStart` is called when it goes on the wire. */
export async function awaitHeaders(question: Question, stop: Stop, onStart: () => void): Promise<Arrival> {
  const arrival = send(question, stop, onStart);
  // undici notices an abort only once there is a connection; whoever is told to stop does not wait for one.
  const stopped = stop.stopped.then((): Arrival => ({ kind: 'stopped' }));
  return Promise.race([arrival, stopped]);
}

async function send(question: Question, stop: Stop, onStart: () => void): Promise<Arrival> {
  try {
    const answer = await request(question.url, {
      dispatcher: watchStart(question.dispatcher, onStart),
      method: question.method,
      headers: { ...question.headers },
      body: question.body,
      signal: stop.signal,
      // Said in so many words, or undici closes the connection after each HEAD and pays for a new one at every blob.
      reset: question.lastOnConnection,
    });
    return { kind: 'answer', answer };
  } catch (error) {
    return { kind: 'error', error };
  }
}
