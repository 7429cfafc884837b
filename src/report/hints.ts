import { parseDigest } from '../oci/digest.ts';
import type { CauseCode } from './cause-codes.ts';
import type { CopyAdvice } from './copy-back.ts';

/** What a hint may name. */
export interface HintSubject {
  readonly digest: string | null;
  /** The command that proves the repair; null where there is none. */
  readonly recheck: string | null;
  /** It is attached to an image, which is whole. */
  readonly isAttached?: boolean;
  /** A whole copy; null, or left out, where none is known. */
  readonly copy?: CopyAdvice | null;
}

/** What is lost is still in the cache of distribution, 2.8 or 3: it tells a client that a blob is there, and the client skips it. */
const RESTART_FIRST =
  'on distribution (registry:2 and 3) restart it before the push, for what its cache still knows is not uploaded again';

const RESTART_BEFORE_COPY =
  'on distribution (registry:2 and 3) restart it first, for what its cache still knows is not uploaded again';

const REPAIRS: Readonly<Record<CauseCode, (directory: string) => string>> = {
  untagged_children_collected: () =>
    'Stop the clean-up that deletes untagged manifests, restart the registry so that its cache forgets the lost layers, rebuild the image and push it',
  child_removed: () => `Rebuild the image and push all its platforms; ${RESTART_FIRST}`,
  manifest_removed: () => `Rebuild the image and push it, or delete the tag if nothing needs it; ${RESTART_FIRST}`,
  attachment_gone: () =>
    'Do not rebuild the image: sign it again, or attach again what is missing, or delete the tag if the image that it is named after is gone',
  reference_not_found: () => 'Check the name and the log of the push, and push the image again',
  link_damaged: () =>
    "Push the tag again, which writes its link anew, or delete it if nothing needs it; if the registry still fails on it, the manifest behind it is damaged, so look at its data in the storage's `blobs`",
  corrupt_manifest: (directory) => `${removal(directory)}; restart the registry, rebuild the image and push it`,
  not_a_manifest: () => 'Rebuild the image with a current builder and push it',
  wrong_descriptor: () => 'Rebuild the image with a current builder and push it',
  head_refused: () => 'Look at what stands before the registry: HEAD has to be let through as GET is',
  wrong_type: () =>
    'Look at what stands before the registry: it has to leave the Content-Type alone; if the registry itself says it, rebuild the image and push it',
  wrong_headers: () =>
    'Look at what stands before the registry: it has to leave the answers to HEAD, their length and their digest alone',
  accept_replaced: () =>
    'Do not rebuild the image: look at what stands before the registry, which has to hand on the Accept header as it was sent',
  too_large: () => 'Rebuild the image with fewer parts and push it',
  link_gone: () => `Copy it from there, or rebuild the image and push it; ${RESTART_FIRST}`,
  blob_gone: () => `Rebuild the image and push it; ${RESTART_FIRST}`,
  stale_descriptor_cache: (directory) =>
    `${removal(directory)}; restart the registry (a redis cache needs its own flush), rebuild the image and push it`,
  truncated_blob: (directory) => `${removal(directory)}; restart the registry, rebuild the image and push it`,
  corrupt_blob: (directory) => `${removal(directory)}; restart the registry, rebuild the image and push it`,
  refused_by_store: () =>
    `Look for it in the storage, with rights to list: if it is there, mend what keeps the registry from it; if it is gone, rebuild the image and push it, and ${RESTART_FIRST}`,
  altered_content: (directory) =>
    `Ask the registry itself, past every proxy; ${lowerFirst(removal(directory))}; restart the registry and push the original image`,
  broken_build: () =>
    'Look at the build that made it, and at what has changed its layers or its config since; build the image anew and push it',
  tag_moved: () => 'Use the digest to get what was asked for; if the move was meant, ask for the new digest',
  platform_missing: () => 'Build the image for that platform too and push it',
  backend_lost: () =>
    "Do not rebuild anything yet: check that the registry's storage is mounted and that its address leads to the right registry, then let the probe run again",
  unknown: () => "Look at the registry's log for this digest, rebuild the image and push it",
};

/** Causes after which one image alone proves nothing. */
const NO_RECHECK: readonly CauseCode[] = ['backend_lost', 'tag_moved'];

/** What is to be pushed anew, and is no image. */
const PUSHED_ANEW: ReadonlySet<CauseCode> = new Set([
  'corrupt_manifest',
  'not_a_manifest',
  'wrong_descriptor',
  'too_large',
  'blob_gone',
  'stale_descriptor_cache',
  'truncated_blob',
  'corrupt_blob',
  'refused_by_store',
  'altered_content',
  'unknown',
]);

/** What has to be done before something is copied back, where it is more than a restart. */
const BEFORE_COPY: Readonly<Partial<Record<CauseCode, (directory: string) => string>>> = {
  untagged_children_collected: () =>
    'stop the clean-up that deletes untagged manifests; restart the registry so that its cache forgets the lost layers',
  corrupt_manifest: cleanUp,
  stale_descriptor_cache: (directory) =>
    `${lowerFirst(removal(directory))}; restart the registry (a redis cache needs its own flush)`,
  truncated_blob: cleanUp,
  corrupt_blob: cleanUp,
  altered_content: cleanUp,
};

/** Says in one line what to do next. */
export function hintFor(code: CauseCode, { digest, recheck, isAttached = false, copy = null }: HintSubject): string {
  const directory = storageDirectory(digest);
  const anew = isAttached && PUSHED_ANEW.has(code) ? attachAgain(directory) : REPAIRS[code](directory);
  const repair = copy === null ? anew : copyBack(code, digest, copy);
  if (NO_RECHECK.includes(code)) return `${repair}.`;
  return recheck === null ? `${repair}; then run this check again.` : `${repair}; then \`${recheck}\`.`;
}

/** A copy goes before a build, which may not be possible any more, and gives another image in any case. */
function copyBack(code: CauseCode, digest: string | null, copy: CopyAdvice): string {
  const { where, place, reference, command, putBack } = copy;
  const before = BEFORE_COPY[code]?.(storageDirectory(digest)) ?? RESTART_BEFORE_COPY;
  if (place === 'node') {
    const getting = command === null ? `get ${reference} out of it` : `run \`${command}\` there`;
    const back = putBack === undefined ? '' : ` If the file has it: ${before}; run \`${putBack}\`.`;
    return `Before it is lost there too: ${where} says that it holds the image, so ${getting}; layers that containerd has unpacked may be gone from it, and other platforms are not in it.${back} What is not in the file has to be built: ${lowerFirst(REPAIRS[code](storageDirectory(digest)))}`;
  }
  const copying = command === null ? `copy ${reference} back by its digest` : `run \`${command}\``;
  const who = place === 'own' ? `another repository of ${where} has it` : `${where} has a whole copy`;
  return `Do not rebuild the image, for ${who}: ${before}; ${copying}`;
}

function cleanUp(directory: string): string {
  return `${lowerFirst(removal(directory))}; restart the registry`;
}

/** Content is shared by all repositories: only a file that is damaged may be removed, and then it must be. */
function removal(directory: string): string {
  return `If the data in ${directory} of the registry's storage does not hash to the digest, remove that directory, for an upload does not overwrite it`;
}

function attachAgain(directory: string): string {
  return `Do not rebuild the image. ${removal(directory)}; restart the registry, and sign the image again or attach again what is broken`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Where distribution keeps the content of a digest, from the storage's `v2` directory. */
function storageDirectory(digest: string | null): string {
  const parsed = parseDigest(digest ?? '');
  if (parsed.kind !== 'supported') return '`blobs`';
  const hex = parsed.digest.slice(parsed.algorithm.length + 1);
  return `\`blobs/${parsed.algorithm}/${hex.slice(0, 2)}/${hex}\``;
}
