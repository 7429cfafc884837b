import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';
import { storeCause } from './store-causes.ts';
import type { Surroundings } from './surroundings.ts';

/** The likely cause of a broken config or layer. */
export function blobCause(finding: Finding, surroundings: Surroundings): Cause {
  switch (finding.fault) {
    case 'missing':
      return gone(surroundings.repositories(finding));
    case 'unreadable':
      return storeCause(finding) ?? unreadable(finding);
    case 'size_mismatch':
      return wrongSize(finding);
    case 'digest_mismatch':
      return {
        code: 'altered_content',
        text: 'The bytes are not the ones that were pushed: likely they rotted or were changed in the storage, or something on the way rewrites them. The length may be right, so only reading all of it shows this.',
      };
    case 'not_unpackable':
      return {
        code: 'broken_build',
        text: 'It is as it was pushed, and nodes cannot unpack it: likely the builder, or what has packed the image anew since, has made it wrong.',
      };
    default:
      return { code: 'unknown', text: 'What was seen fits no known cause.' };
  }
}

function gone(repositories: number): Cause {
  const extent =
    repositories > 1
      ? `It is missing in ${repositories} repositories, so likely the data itself is gone, not one link to it`
      : 'Likely its data, or the link from this repository to it, is gone';
  return {
    code: 'blob_gone',
    text: `${extent}: deleted by a garbage collection, or lost with the storage.`,
  };
}

function unreadable({ observed }: Finding): Cause {
  if (observed.method === null) {
    return { code: 'corrupt_blob', text: 'The storage has an entry for it that cannot be read as a file.' };
  }
  if (observed.status !== null && observed.status >= 500) {
    return {
      code: 'corrupt_blob',
      text: 'The registry fails on this one blob while it serves others: likely its data or its entry in the storage is damaged.',
    };
  }
  if (observed.status === 416) {
    return {
      code: 'truncated_blob',
      text: 'The registry has no byte where the last one should be: its data is cut short.',
    };
  }
  if (observed.bytes !== null && observed.bytes > 0) {
    return {
      code: 'truncated_blob',
      text: 'The bytes end before the announced length: likely the data is cut short in the storage.',
    };
  }
  return {
    code: 'stale_descriptor_cache',
    text: 'The registry announces the blob and sends no bytes: likely its cache of descriptors still answers for a data file that is gone or cut short. A HEAD says 200 all the same.',
  };
}

function wrongSize({ observed, expectedSize }: Finding): Cause {
  if (observed.bytes === null || expectedSize === null) {
    return { code: 'unknown', text: 'Its length is not the one that the manifest names.' };
  }
  if (observed.bytes === 0) {
    return {
      code: 'truncated_blob',
      text: 'The registry holds an empty file: likely an upload or a disk that failed.',
    };
  }
  if (observed.bytes < expectedSize) {
    return {
      code: 'truncated_blob',
      text: 'The registry holds less than was pushed: likely an upload that broke off, or a full or failing disk.',
    };
  }
  return {
    code: 'altered_content',
    text: 'The registry offers more bytes than the manifest names: likely other content took its place, or the manifest was written with a wrong size.',
  };
}
