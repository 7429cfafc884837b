import { createHash } from 'node:crypto';

import { plainText } from './plain-text.ts';
import { API_VERSIONS, type Workload } from './workload.ts';

/** What the API takes for a message at most, in bytes. */
const MAX_MESSAGE_BYTES = 1024;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names; letters are added. */
const MAX_NAME = 240;
const DIGITS = 16;

/** An event on a workload; both kinds of events that Kubernetes has are this one to whoever reads them. */
export interface KubeEvent {
  readonly namespace: string;
  /** The same for the same words about the same workload. */
  readonly name: string;
  readonly subject: Pick<Workload, 'kind' | 'namespace' | 'name' | 'uid'> & { readonly apiVersion: string };
  readonly type: 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Something broken, and whom to tell. */
export interface EventSubject {
  readonly workload: Workload;
  /** Image, object, fault, digest: what it is about. */
  readonly what: string;
  /** What to do next. */
  readonly next: string;
}

/** The event that tells a workload that an image it uses is broken. */
export function brokenImageEvent({ workload, what, next }: EventSubject, at: number): KubeEvent {
  const { kind, namespace, name, uid } = workload;
  const message = cut(plainText(`${what}. ${next}`), MAX_MESSAGE_BYTES);
  return {
    namespace,
    name: `${name.slice(0, MAX_NAME - DIGITS - 1)}.${digitsOf(`${kind} ${uid} ${message}`)}`,
    subject: { kind, namespace, name, uid, apiVersion: API_VERSIONS[kind] },
    type: 'Warning',
    reason: 'ImageBroken',
    message,
    component: 'registry-integrity-probe',
    at,
  };
}

function digitsOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

/** Plain text has one byte for each character. */
function cut(text: string, bytes: number): string {
  return text.length <= bytes ? text : `${text.slice(0, bytes - 3)}...`;
}
