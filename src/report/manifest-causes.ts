import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';
import { storeCause } from './store-causes.ts';
import type { Surroundings } from './surroundings.ts';
import { unresolvableCause } from './unresolvable-causes.ts';

/** The likely cause of a broken manifest: what a tag or a digest resolves to, or a child of an index. */
export function manifestCause(finding: Finding, surroundings: Surroundings): Cause {
  switch (finding.fault) {
    case 'missing':
      return finding.object === 'child' ? childGone(surroundings.missingChildren(finding)) : manifestGone(finding);
    case 'unreadable':
      return storeCause(finding) ?? unreadable(finding);
    case 'tag_dangling':
      return {
        code: 'link_damaged',
        text: "The tag is listed and resolves to nothing: likely the tag's link is gone, after a push or a deletion that broke off.",
      };
    case 'digest_mismatch':
      return {
        code: 'altered_content',
        text: 'The manifest that comes is not the one that was named: likely it was changed in the storage, or something on the way rewrites it. The digest in the header may be right all the same.',
      };
    case 'size_mismatch':
      return {
        code: 'wrong_descriptor',
        text: 'The content has its digest and another length than the index names: likely the tool that wrote the index got the size wrong.',
      };
    case 'invalid':
      return {
        code: 'not_a_manifest',
        text: 'What is stored there is neither an index nor an image manifest, though it is declared as one: likely a push by a broken tool.',
      };
    case 'not_unpackable':
      return { code: 'broken_build', text: 'It cannot be unpacked: likely the builder has made it wrong.' };
    case 'unresolvable':
      return unresolvableCause(finding);
    case 'tag_moved':
      return { code: 'tag_moved', text: 'The tag points to another manifest than the digest that was asked for.' };
    case 'platform_missing':
      return { code: 'platform_missing', text: 'The image has no manifest for a platform that was asked for.' };
  }
}

function childGone(missing: number): Cause {
  if (missing > 1) {
    return {
      code: 'untagged_children_collected',
      text: `${missing} children of this index are missing: likely a clean-up took them for untagged, such as \`garbage-collect -m\` (\`--delete-untagged\`) of distribution 2.x or a retention job. Their configs and layers are then likely gone too.`,
    };
  }
  return {
    code: 'child_removed',
    text: 'The index names a child that is not there: likely it was deleted by its digest, or a clean-up (`garbage-collect -m` of distribution 2.x, a retention job) took it for untagged. A registry that accepts sparse indexes may never have had it.',
  };
}

function manifestGone({ digest, tags }: Finding): Cause {
  if (digest === null || tags.length === 0) {
    const untagged =
      digest === null ? '' : ' What no tag reaches is the first thing that a clean-up of untagged manifests deletes.';
    return {
      code: 'reference_not_found',
      text: `The registry does not have what was asked for: never pushed under this name, or deleted since.${untagged}`,
    };
  }
  return {
    code: 'manifest_removed',
    text: 'The tag is there and the manifest that it points to is not: likely the manifest was deleted or collected, and the tag was left behind.',
  };
}

function unreadable({ object, digest, observed }: Finding): Cause {
  if (observed.method === null) {
    return { code: 'corrupt_manifest', text: 'The storage has it, and its link or its data cannot be read.' };
  }
  const failing = observed.status !== null && observed.status >= 500;
  if (failing && object === 'manifest' && digest === null) {
    return {
      code: 'link_damaged',
      text: "The registry fails on this tag while it serves others: likely the tag's link, or the manifest that it points to, is empty or cut short in the storage.",
    };
  }
  if (failing) {
    return {
      code: 'corrupt_manifest',
      text: 'The registry fails on this manifest while it serves others: likely its link or its data is empty or cut short in the storage. On distribution this also stops the garbage collection.',
    };
  }
  return {
    code: 'corrupt_manifest',
    text: 'The registry says that it has the manifest, and the bytes do not come in full: likely its data is cut short in the storage.',
  };
}
