import { parseDigest } from '../oci/digest.ts';
import { byTurns } from '../util/turns.ts';
import { AFFECTS } from './affects.ts';
import type { Copy, RegistryCopy } from './copy.ts';
import type { Fault } from './fault.ts';
import type { Finding } from './finding.ts';
import { sideBySide } from './side-by-side.ts';
import type { ContentSource } from './source.ts';
import { createWholeCheck, type WholeCheck } from './whole.ts';

/** More than these help nobody. */
export const MAX_COPIES = 3;
/** Repositories of one registry that are asked for one thing. */
export const MAX_REPOSITORIES = 20;
/** Findings that are looked for at once in one registry. */
export const AT_ONCE = 4;

/** A registry that may have copies. */
export interface CopyPlace extends Pick<RegistryCopy, 'where' | 'url' | 'isOwn'> {
  readonly source: ContentSource;
  /**
   * Repositories of it that may have what is broken, one list after the other: all findings have their turn with the
   * first before any has one with the second.
   */
  readonly repositories: readonly ((finding: Finding) => readonly string[])[];
  /** Of the repositories there, what the walk has found broken; left out where it has looked at none of them. */
  readonly isBroken?: (repository: string, digest: string) => boolean;
  /** False once nothing more may be asked there. */
  readonly mayAsk: () => boolean;
  readonly signal: AbortSignal;
}

/** Faults of a blob and of a manifest that other bytes than those which are there would mend. */
const MENDED_BLOB: ReadonlySet<Fault> = new Set(['missing', 'unreadable', 'size_mismatch', 'digest_mismatch']);
const MENDED_MANIFEST: ReadonlySet<Fault> = new Set(['missing', 'unreadable', 'digest_mismatch']);

/**
 * Where what is broken is whole: at most three places for each finding, those of the first registries first. Only what
 * was found whole counts; whatever fails on the way is no copy, and changes nothing else. Repositories have their turns
 * one after the other, so that one with thousands of findings does not take all that may be asked.
 */
export async function findCopies(
  findings: readonly Finding[],
  places: readonly CopyPlace[],
): Promise<ReadonlyMap<Finding, readonly Copy[]>> {
  const sought = inTurn(findings.filter(isMendedByCopy));
  if (sought.length === 0) return new Map();
  const found = await Promise.all(places.map((place) => findIn(place, sought)));
  const copies = new Map<Finding, readonly Copy[]>();
  for (const finding of sought) {
    const all = found.flatMap((inPlace) => inPlace.get(finding) ?? []);
    if (all.length > 0) copies.set(finding, all.slice(0, MAX_COPIES));
  }
  return copies;
}

async function findIn(place: CopyPlace, sought: readonly Finding[]): Promise<ReadonlyMap<Finding, readonly Copy[]>> {
  const { source, repositories, signal, mayAsk, isBroken } = place;
  const check = createWholeCheck(source, { again: false, signal }, mayAsk, isBroken);
  const found = new Map<Finding, readonly Copy[]>();
  const asked = new Map<Finding, number>();
  for (const candidates of repositories) {
    await sideBySide(whileAllowed(sought, mayAsk), AT_ONCE, async (finding) => {
      const room = MAX_REPOSITORIES - (asked.get(finding) ?? 0);
      if (found.has(finding) || room === 0) return;
      const names = candidates(finding).slice(0, room);
      asked.set(finding, (asked.get(finding) ?? 0) + names.length);
      const copies: Copy[] = [];
      for (const repository of names) {
        if (copies.length === MAX_COPIES || !mayAsk()) break;
        const copy = await copyIn(place, check, repository, finding);
        if (copy !== null) copies.push(copy);
      }
      if (copies.length > 0) found.set(finding, copies);
    });
  }
  return found;
}

function* whileAllowed(sought: readonly Finding[], mayAsk: () => boolean): Generator<Finding> {
  for (const finding of sought) {
    if (!mayAsk()) return;
    yield finding;
  }
}

async function copyIn(
  { where, url, isOwn }: CopyPlace,
  check: WholeCheck,
  repository: string,
  finding: Finding,
): Promise<Copy | null> {
  const copy = (part: 'blob' | 'image', digest: string): Copy => {
    return { kind: 'registry', where, url, isOwn, repository, part, digest };
  };
  const { digest, path } = finding;
  // What is broken here is asked for first: most places that do not have it have nothing of the image.
  if (digest === null || !(await hasThing(check, repository, finding))) return null;
  const nearest = isOfBlob(finding) ? path.at(-2) : digest;
  // Within a registry a blob is linked or copied by itself; the image around it need not be in that repository. Of what an
  // earlier run has found, the way to it is not kept, and so it is not known which image that is.
  if (isOfBlob(finding) && (isOwn || nearest === undefined)) return copy('blob', digest);
  // What is attached to an image does not come with it.
  const isAttached = finding.object === 'referrer' || finding.attached !== undefined;
  const top = isAttached || (isOfBlob(finding) && path.length < 2) ? undefined : path[0];
  const roots = isOwn ? [nearest] : [top, nearest];
  for (const root of new Set(roots)) {
    if (root !== undefined && (await check.isWhole(repository, root))) return copy('image', root);
  }
  return null;
}

function hasThing(check: WholeCheck, repository: string, finding: Finding): Promise<boolean> {
  const { digest, expectedSize, fault, observed } = finding;
  if (digest === null) return Promise.resolve(false);
  if (!isOfBlob(finding)) return check.hasManifest(repository, digest);
  if (expectedSize === null) return Promise.resolve(false);
  // Where the last byte came although others were wrong, all of them have to come; an earlier run has not kept which did.
  const isCutInside = fault === 'unreadable' && (observed.method === null || (observed.bytes ?? 0) > 0);
  const how = fault === 'digest_mismatch' || isCutInside ? 'full' : 'byte';
  return check.hasBlob(repository, { digest, size: expectedSize, mediaType: '' }, how);
}

/** Tells of a digest in a repository whether it is among these findings; a size is held against the copy itself. */
export function brokenAmong(findings: readonly Finding[]): (repository: string, digest: string) => boolean {
  const broken = new Set(
    findings.flatMap(({ repository, digest, fault }) =>
      digest === null || fault === 'size_mismatch' ? [] : [`${repository} ${digest}`],
    ),
  );
  return (repository, digest) => broken.has(`${repository} ${digest}`);
}

/** True where other bytes than those which are there, or none, would mend it. */
export function isMendedByCopy({ repository, digest, fault, ...finding }: Finding): boolean {
  if (repository === null || digest === null || parseDigest(digest).kind !== 'supported') return false;
  // That the registry fails on a list of what is attached to an image, no copy of the image would mend.
  if (finding.object === 'referrer' && fault === 'unreadable' && finding.expectedSize === null) return false;
  return (isOfBlob(finding) ? MENDED_BLOB : MENDED_MANIFEST).has(fault);
}

function isOfBlob({ object }: Pick<Finding, 'object'>): boolean {
  return object === 'config' || object === 'layer';
}

/** What may be pulled first, and by turns one finding of each repository. */
function inTurn(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ affects = 'pull' }: Finding): number => AFFECTS.indexOf(affects);
  const ranked = findings.toSorted((a, b) => rank(a) - rank(b));
  return byTurns(ranked, ({ repository }) => [repository ?? '']);
}
