import type { Dispatcher } from 'undici';
import type { Clock } from '../util/clock.ts';
import { awaitHeaders, type Arrival } from './arrival.ts';
import type { Attempt } from './attempt.ts';
import { readBody } from './body.ts';
import { withoutEcho } from './echo.ts';
import { classify, type Classified } from './error-class.ts';
import { describeFailure, type Phase } from './failure-text.ts';
import { announcedLength, joinFields } from './headers.ts';
import type { Question } from './question.ts';
import { createStop, type Stop } from './stop.ts';
import { isTransient } from './transient.ts';

export interface AskDeps {
  readonly clock: Clock;
  /** Called when the request goes on the wire. */
  readonly onSent: () => void;
}

/** Asks once and reads the answer within the time limit. Rejects only with what a stream's `onChunk` throws. */
export async function ask(question: Question, { clock, onSent }: AskDeps): Promise<Attempt> {
  const stop = createStop(clock, question.timeoutMs, question.signals);
  let phase: Phase = 'connect';
  try {
    const arrival = await awaitHeaders(question, stop, () => {
      phase = 'headers';
      onSent();
    });
    if (arrival.kind === 'answer') return await readAnswer(question, arrival.answer, stop);
    return describeAttempt(question, phase, explain(question, arrival, stop));
  } finally {
    stop.release();
  }
}

async function readAnswer(question: Question, answer: Dispatcher.ResponseData, stop: Stop): Promise<Attempt> {
  const { method, url, readFor } = question;
  const { statusCode: status, body: source } = answer;
  const headers = joinFields(answer.headers);
  const read = readFor(status);
  if (read.kind === 'stream') stop.extend();
  // A body that breaks off or is let go of also emits its error here, where nobody else listens; readBody has seen it.
  source.on('error', () => {});
  const result = await readBody(source, read, announcedLength(method, status, headers), stop);
  const body = status >= 400 ? withoutEcho(result.body, question.headers) : result.body;
  return { outcome: { kind: 'response', status, headers, ...result, body, url, redirected: false }, transient: false };
}

function describeAttempt({ url, who, timeoutMs }: Question, phase: Phase, classified: Classified): Attempt {
  const detail = describeFailure(classified, { who, phase, timeoutMs });
  return {
    outcome: { kind: 'failure', failure: classified.failure, detail, url },
    transient: isTransient(classified),
  };
}

/** What we ended ourselves is known without looking at errors; they would say as much, less clearly. */
function explain(question: Question, arrival: Exclude<Arrival, { kind: 'answer' }>, stop: Stop): Classified {
  if (stop.reason !== null) return { failure: stop.reason, code: null, proxy: null };
  if (arrival.kind === 'stopped') return { failure: 'aborted', code: null, proxy: null };
  const classified = classify(arrival.error);
  const { proxyHost, url } = question;
  // The only sign undici gives of a 407 from a proxy that forwards plain HTTP.
  if (classified.code === 'UND_ERR_INVALID_ARG' && proxyHost !== null && url.protocol === 'http:') {
    return { failure: 'proxy', code: null, proxy: { host: proxyHost, status: 407, cause: 'other' } };
  }
  return classified;
}
