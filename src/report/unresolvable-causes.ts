import type { Obstacle } from '../walk/fault.ts';
import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';

const HEAD_REFUSED =
  'Nodes resolve a name by HEAD, and here HEAD is not answered as GET is: likely a rule of a proxy or a firewall before the registry that knows GET alone.';
const WRONG_HEADERS =
  'The headers of the answer do not belong to the manifest: likely something before the registry rewrites or compresses answers, or answers HEAD out of a cache.';

const CAUSES: Readonly<Record<Exclude<Obstacle, 'kind'>, Cause>> = {
  refused: { code: 'head_refused', text: HEAD_REFUSED },
  failing: { code: 'head_refused', text: HEAD_REFUSED },
  no_type: {
    code: 'wrong_type',
    text: 'The manifest comes without its media type, and a node goes by that: likely a proxy or a file server before the storage drops it.',
  },
  type: {
    code: 'wrong_type',
    text: "The manifest comes under a media type that is no manifest's, and a node goes by that: likely a proxy, or a registry made of plain files, which gives a type of its own.",
  },
  length: { code: 'wrong_headers', text: WRONG_HEADERS },
  digest: { code: 'wrong_headers', text: WRONG_HEADERS },
  too_large: {
    code: 'too_large',
    text: 'The manifest is larger than containerd takes: likely an index or an image of far too many parts.',
  },
  accept: {
    code: 'accept_replaced',
    text: 'The registry has it, and is asked for other types than the request names: likely a proxy before it replaces the Accept header, or drops it. The image itself is whole, as far as anybody can tell.',
  },
};

/** What other pullers did with the same; those that are not named fail as nodes do, or were not tried. */
const OTHERS: Readonly<Partial<Record<Obstacle, string>>> = {
  refused: 'docker, skopeo and crane pull it.',
  no_type: 'skopeo and crane pull it, docker does not.',
  type: 'crane pulls it, docker and skopeo do not.',
  length: 'docker, skopeo and crane pull it.',
};

/** The likely cause of a manifest that is there and that nodes cannot resolve, and who pulls it all the same. */
export function unresolvableCause({ object, obstacle }: Finding): Cause {
  if (obstacle === undefined || obstacle === 'kind') {
    return {
      code: object === 'child' ? 'wrong_descriptor' : 'wrong_type',
      text:
        object === 'child'
          ? 'The index calls its child an index where it is an image, or the reverse, and a node goes by that: likely the tool that wrote the index got it wrong.'
          : 'An index is given as an image, or the reverse, and a node goes by that: likely it was pushed under the wrong type.',
    };
  }
  const { code, text } = CAUSES[obstacle];
  const others = OTHERS[obstacle];
  return { code, text: others === undefined ? text : `${text} Of other pullers: ${others}` };
}
