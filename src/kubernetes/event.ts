import { plainText } from './plain-text.ts';
import { API_VERSIONS, type Workload } from './workload.ts';

/** What the API takes for a message at most, in bytes. */
const MAX_MESSAGE_BYTES = 1024;

/** An event on a workload; both kinds of events that Kubernetes has are this one to whoever reads them. */
export interface KubeEvent {
  readonly namespace: string;
  /** The API adds letters that nobody has used yet. */
  readonly namePrefix: string;
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
  return {
    namespace,
    namePrefix: `${name}.`,
    subject: { kind, namespace, name, uid, apiVersion: API_VERSIONS[kind] },
    type: 'Warning',
    reason: 'ImageBroken',
    message: cut(plainText(`${what}. ${next}`), MAX_MESSAGE_BYTES),
    component: 'registry-integrity-probe',
    at,
  };
}

/** Plain text has one byte for each character. */
function cut(text: string, bytes: number): string {
  return text.length <= bytes ? text : `${text.slice(0, bytes - 3)}...`;
}
