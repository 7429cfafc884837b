import type { ListedObject } from '../../src/kubernetes/listed-object.ts';
import type { WorkloadKind } from '../../src/kubernetes/workload.ts';
import type { ApiObject } from '../support/servers/kube-api.ts';

export const DIGEST = `sha256:${'1'.repeat(64)}`;
export const OTHER_DIGEST = `sha256:${'2'.repeat(64)}`;

/** A workload in short, as `shop/Deployment/web`. */
export function workload(named: string, images: readonly string[], controller: string | null = null): ListedObject {
  const [namespace = '', kind = '', name = ''] = named.split('/');
  return { kind: kind as WorkloadKind, namespace, name, uid: `uid-${name}`, controller, images };
}

/** A pod's specification with these images. */
export function podSpec(...images: readonly string[]): object {
  return { containers: images.map((image, index) => ({ name: `c${index}`, image })) };
}

/** An object with a template: a Deployment, a StatefulSet, a DaemonSet or a Job. */
export function templated(named: string, images: readonly string[], more: object = {}): ApiObject {
  return { metadata: meta(named), spec: { template: { spec: podSpec(...images) } }, ...more };
}

/** A CronJob, which has a template of Jobs. */
export function cronJob(named: string, images: readonly string[], more: object = {}): ApiObject {
  const template = { spec: podSpec(...images) };
  return { metadata: meta(named), spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...more } };
}

/** A pod. */
export function pod(named: string, images: readonly string[], metadata: object = {}, phase = 'Running'): ApiObject {
  return { metadata: { ...meta(named), ...metadata }, spec: podSpec(...images), status: { phase } };
}

/** A pod whose container was made from an image, as its `imageID` tells. */
export function podThatRan(named: string, imageID: string, phase = 'Running'): ApiObject {
  return { ...pod(named, []), status: { phase, containerStatuses: [{ name: 'c0', imageID }] } };
}

/** What makes a pod belong to something. */
export function ownedBy(kind: string, name: string, labels: Readonly<Record<string, string>> = {}): object {
  return { labels, ownerReferences: [{ apiVersion: 'v1', kind, name, uid: `uid-${name}`, controller: true }] };
}

function meta(named: string): { readonly namespace: string; readonly name: string; readonly uid: string } {
  const [namespace = '', name = ''] = named.split('/');
  return { namespace, name, uid: `uid-${name}` };
}
