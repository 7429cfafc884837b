import { ConfigurationError } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { WalkDeps } from '../walk/options.ts';
import { walkReferences } from '../walk/reference-walk.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { walkOptions } from './walk-options.ts';
import { walkRegistry, type WalkCircumstances, type WalkTarget } from './walk-registry.ts';

const KEYS = ['host', 'repository', 'tag', 'digest'] as const;

/** A host that references name, and how it is asked. */
export interface HostTarget {
  readonly target: WalkTarget;
  readonly references: readonly Reference[];
}

/**
 * What the only reference has to be a copy of; null where nothing is compared. Throws a `ConfigurationError` for what
 * cannot be compared, before anything is asked.
 */
export function originOf(
  references: readonly Reference[],
  { verify: { copyOf } }: Pick<Settings, 'verify'>,
): Reference | null {
  if (copyOf === null) return null;
  const refuse = (problem: string): never => {
    throw new ConfigurationError([`--copy-of: ${problem}`]);
  };
  const parsed = parseReference(copyOf);
  if (!parsed.ok) return refuse(`${copyOf}: ${parsed.problem}`);
  const origin = parsed.reference;
  const [copy, ...others] = references;
  if (copy === undefined || others.length > 0) {
    return refuse(`expected one reference to compare with it, got ${references.length}`);
  }
  if (KEYS.every((key) => copy[key] === origin[key])) return refuse(`${copyOf} is what is to be verified itself`);
  if (copy.digest !== null && origin.digest !== null && copy.digest !== origin.digest) {
    return refuse(`${copyOf} is another image: its digest is ${origin.digest}, not ${copy.digest}`);
  }
  return origin;
}

/**
 * Walks an image in both places, by the digest that it has where it comes from: a tag that points elsewhere has moved, and
 * what is lost is lost in the place where it is. Where nobody named a digest, and the origin does not say it, each is
 * walked as it is.
 */
export async function verifyCopy(
  hosts: readonly HostTarget[],
  origin: Reference,
  platforms: readonly string[],
  circumstances: WalkCircumstances,
): Promise<readonly RegistryOutcome[]> {
  let digest = hosts.flatMap(({ references }) => references).find((one) => one.digest !== null)?.digest ?? null;
  const outcomes: RegistryOutcome[] = [];
  // The origin's host is the first one; that of the copy waits for what it says.
  for (const { target, references } of hosts) {
    const options = { ...walkOptions(target.walk), platforms };
    const walk = async (walkDeps: WalkDeps) => {
      if (references.includes(origin)) digest ??= await digestOf(origin, walkDeps);
      const wanted = references.map((one) => ({ ...one, digest: one.digest ?? digest }));
      return walkReferences(walkDeps, wanted, options);
    };
    outcomes.push(await walkRegistry(target, walk, circumstances));
  }
  return outcomes;
}

async function digestOf({ repository, tag }: Reference, { source, stop }: WalkDeps): Promise<string | null> {
  if (tag === null) return null;
  const answer = await source.resolve(repository, { tag }, { again: false, signal: stop });
  return answer.kind === 'found' && answer.value.kind === 'manifest' ? answer.value.digest : null;
}
