import type { Finding } from '../walk/finding.ts';
import { blobCause } from './blob-causes.ts';
import type { Cause } from './cause-codes.ts';
import { manifestCause } from './manifest-causes.ts';
import { goneAttachment, isAttached, isAttachmentAlone, whoNeedsAttached } from './attached.ts';
import type { Surroundings } from './surroundings.ts';

/** BuildKit gives this platform to the attestations that it lists beside the images. */
const ATTESTATION_PLATFORM = 'unknown/unknown';

const ATTESTATION =
  ' Only the platform unknown/unknown needs it, likely an attestation: ' +
  'pulls for a real platform work, copies of the whole image do not.';

/** Of what is seen when nearly everything is missing, nothing says anything about a single image. */
const BACKEND_LOST: Cause = {
  code: 'backend_lost',
  text: 'Nearly everything is missing at once, so likely the storage behind the registry is gone, or another registry answers under its address.',
};

/** Names the likely cause of a finding, judged by what was seen of it and by the registry's other findings. */
export function causeOf(finding: Finding, surroundings: Surroundings, suspect: boolean): Cause {
  if (suspect) return BACKEND_LOST;
  if (finding.fault === 'missing' && (isAttached(finding) || isAttachmentAlone(finding)))
    return goneAttachment(finding);
  const { code, text } =
    linkGone(finding, surroundings) ??
    (isBlob(finding) ? blobCause(finding, surroundings) : manifestCause(finding, surroundings));
  if (isAttached(finding)) return { code, text: `${text} ${whoNeedsAttached(finding)}` };
  return { code, text: isAttestation(finding) ? text + ATTESTATION : text };
}

/**
 * Stores differ in what they share between repositories: what is certain is that another one has it. That several
 * children of an index are missing at once has a cause of its own, which goes on until somebody stops it.
 */
function linkGone(finding: Finding, surroundings: Surroundings): Cause | null {
  const copy = finding.copies?.find((one) => one.kind === 'registry' && one.isOwn);
  if (copy?.kind !== 'registry' || finding.fault !== 'missing' || surroundings.missingChildren(finding) > 1)
    return null;
  return {
    code: 'link_gone',
    text: `Another repository of this registry has it (${copy.repository}): likely the data is there, and only the link from this repository to it is gone.`,
  };
}

function isBlob({ object }: Finding): boolean {
  return object === 'config' || object === 'layer';
}

function isAttestation({ platforms }: Finding): boolean {
  return platforms.length > 0 && platforms.every((platform) => platform === ATTESTATION_PLATFORM);
}
