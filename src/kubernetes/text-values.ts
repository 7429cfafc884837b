/** The texts among values of a ConfigMap or a Secret: all are, says the API's description, and its client takes what comes. */
export function texts(data: Readonly<Record<string, unknown>> | null | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(data ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
