import type { KubernetesObject } from './chart.ts';

/** A source of a projected volume. */
export interface VolumeSource {
  readonly configMap?: ObjectFiles;
  readonly secret?: ObjectFiles;
}

interface ObjectFiles {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

/** A pod's specification, as far as it is read here. */
export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly enableServiceLinks?: boolean;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly [key: string]: unknown;
}

export interface Volume {
  readonly name: string;
  readonly projected?: { readonly sources: readonly VolumeSource[] };
  readonly [type: string]: unknown;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly unknown[];
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly resources?: unknown;
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** A pod, and the object that it is of. */
export interface OwnedPod {
  readonly owner: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

interface Template {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/** What a workload says of its pods; its own specification where it is one. */
interface WorkloadSpec {
  readonly template: Template;
  readonly jobTemplate: { readonly spec: { readonly template: Template } };
}

/** The pods of all objects. */
export function podsOf(objects: readonly KubernetesObject[]): readonly OwnedPod[] {
  return objects.flatMap((owner) => {
    const template = templateOf(owner);
    return template === null ? [] : [{ owner, labels: template.metadata.labels ?? {}, spec: template.spec }];
  });
}

function templateOf(owner: KubernetesObject): Template | null {
  const spec = owner['spec'] as WorkloadSpec;
  switch (owner.kind) {
    case 'CronJob':
      return spec.jobTemplate.spec.template;
    case 'Job':
    case 'Deployment':
      return spec.template;
    case 'Pod':
      return { metadata: owner.metadata, spec: owner['spec'] as PodSpec };
    default:
      return null;
  }
}

/** The one pod of an object; throws where there is none, or more. */
export function podOf(objects: readonly KubernetesObject[], kind: string, name?: string): PodSpec {
  const found = podsOf(objects).filter(
    ({ owner }) => owner.kind === kind && (name ?? owner.metadata.name) === owner.metadata.name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} pods of a ${kind} ${name ?? ''}`);
  return only.spec;
}
