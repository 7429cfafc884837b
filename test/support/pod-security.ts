import type { Container, PodSpec, SecurityContext } from './chart-pods.ts';

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * What the restricted profile has against a pod.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedProblems(pod: PodSpec): readonly string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const host = pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true;
  const volumes = (pod.volumes ?? []).flatMap(({ name, ...types }) =>
    Object.keys(types)
      .filter((type) => !VOLUMES.includes(type))
      .map((type) => `volume ${name} is a ${type}`),
  );
  return [
    ...(host ? ['shares a namespace of the host'] : []),
    ...volumes,
    ...containers.flatMap((container) => containerProblems(container, pod.securityContext ?? {})),
  ];
}

function containerProblems(container: Container, pod: SecurityContext): readonly string[] {
  const own = container.securityContext ?? {};
  const seccomp = (own.seccompProfile ?? pod.seccompProfile)?.type;
  const rules: readonly (readonly [boolean, string])[] = [
    [(own.runAsNonRoot ?? pod.runAsNonRoot) === true, 'may run as root'],
    [(own.runAsUser ?? pod.runAsUser) !== 0, 'runs as user 0'],
    [own.allowPrivilegeEscalation === false, 'may gain privileges'],
    [own.privileged !== true, 'is privileged'],
    [own.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities'],
    [(own.capabilities?.add ?? []).every((name) => name === 'NET_BIND_SERVICE'), 'adds capabilities'],
    [seccomp === 'RuntimeDefault' || seccomp === 'Localhost', 'has no seccomp profile'],
    [(container.ports ?? []).every(({ hostPort }) => hostPort === undefined), 'takes a port of the host'],
  ];
  return rules.filter(([kept]) => !kept).map(([, problem]) => `${container.name} ${problem}`);
}
