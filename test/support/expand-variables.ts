/**
 * A container's variables as the kubelet hands them over: `$(NAME)` is what came before under that name.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandVariables(given: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const known = new Map<string, string>();
  for (const [name, value] of given) {
    known.set(
      name,
      [...known].reduce((text, [other, content]) => text.replaceAll(`$(${other})`, () => content), value),
    );
  }
  return Object.fromEntries(known);
}
