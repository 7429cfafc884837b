import type { Layout } from './finding-lines.ts';
import { visible } from './escape.ts';
import type { ReportedStorage } from './storage-schema.ts';
import { formatBytes, quantity } from './wording.ts';
import { wrap } from './wrap.ts';

/** Of what is only named, so many are shown to people; the JSON report has more. */
const SHOWN = 3;

/** What `scan` knows beside the findings, one block for each part; nothing where nothing is to be said of it. */
export function storageBlocks(storage: ReportedStorage | undefined, { width }: Layout): readonly (readonly string[])[] {
  if (storage === undefined) return [];
  const blocks = [
    hygieneSentences(storage),
    upgradeSentences(storage),
    collectionSentences(storage),
    disagreementSentences(storage),
  ];
  return [
    [
      `read as the storage of a ${storage.kind === 'private' ? 'private registry' : 'pull-through cache'}, version ${storage.registryVersion}`,
    ],
    ...blocks.map((sentences) => sentences.flatMap((sentence) => bullet(sentence, width))),
  ];
}

function bullet(sentence: string, width: number): readonly string[] {
  return wrap(sentence, width - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function hygieneSentences({ hygiene, unreachable, uploads }: ReportedStorage): readonly string[] {
  if (hygiene === undefined || uploads === undefined) return [];
  const { danglingLayerLinks: dangling, childrenWithoutLink: children, examples } = hygiene;
  const say = (count: number, one: string, many: string, key: string): readonly string[] =>
    count === 0 ? [] : [`${quantity(count, one, many)}${named(examples[key] ?? [], count)}.`];
  return [
    ...say(
      dangling.unreachable,
      'layer link without data that no tag needs',
      'layer links without data that no tag needs',
      'dangling',
    ),
    ...say(
      children.unreachable,
      'child without a link, of indexes that no tag leads to',
      'children without a link, of indexes that no tag leads to',
      'childrenWithoutLink',
    ),
    ...say(hygiene.danglingRevisions, 'manifest link without data', 'manifest links without data', 'danglingRevisions'),
    ...say(hygiene.emptyLinks, 'empty link', 'empty links', 'emptyLinks'),
    ...say(hygiene.garbageLinks, 'link that holds no digest', 'links that hold no digest', 'garbageLinks'),
    ...say(
      hygiene.tagsWithoutLink,
      'tag directory without a link',
      'tag directories without a link',
      'tagsWithoutLink',
    ),
    ...say(
      hygiene.untaggedRevisions,
      'manifest that no tag leads to',
      'manifests that no tag leads to',
      'untaggedRevisions',
    ),
    ...(unreachable === undefined ? [] : unreachableSentences(unreachable)),
    ...(uploads.count === 0
      ? []
      : [
          `${quantity(uploads.count, 'upload')} left behind, ${formatBytes(uploads.bytes)}, the oldest since ${uploads.oldest}.`,
        ]),
  ];
}

function unreachableSentences({
  blobs,
  bytes,
  failure,
}: NonNullable<ReportedStorage['unreachable']>): readonly string[] {
  if (failure !== null) return [`A garbage collection would fail, and free nothing: ${visible(failure)}.`];
  if (blobs === 0) return [];
  return [
    `${quantity(blobs, 'blob')} that no linked manifest needs: a garbage collection would free ${formatBytes(bytes)}.`,
  ];
}

function upgradeSentences({ upgrade }: ReportedStorage): readonly string[] {
  if (upgrade === undefined) return [];
  const { byLayerLink, servedFromCache, schema1, taggedIndexes } = upgrade;
  const sentences: readonly (readonly [{ readonly count: number; readonly examples: readonly string[] }, string])[] = [
    [
      byLayerLink,
      'On an upgrade to version 3 these manifests break, which 2 finds by a link among the layers alone; push them again before',
    ],
    [
      servedFromCache,
      'These layers have lost their link, and break with the next restart, which an upgrade is; push them again after it',
    ],
    [schema1, 'On an upgrade to version 3 these tags of schema 1 break; push them again with a client of today'],
    [
      taggedIndexes,
      'Never run `garbage-collect -m` of version 2 here: it would delete what these tagged indexes consist of',
    ],
  ];
  return sentences.flatMap(([{ count, examples }, text]) =>
    count === 0 ? [] : [`${text}: ${count}${named(examples, count)}.`],
  );
}

function collectionSentences({ collection }: ReportedStorage): readonly string[] {
  if (collection === undefined) return [];
  const { deleteUntagged, failure, manifests, layerLinks, blobs, bytes, breaks, broken } = collection;
  const what = deleteUntagged ? 'A garbage collection with -m' : 'A garbage collection';
  const removed = `${quantity(manifests, 'manifest')}, ${quantity(layerLinks, 'layer link')} and ${quantity(blobs, 'blob')}`;
  const names = broken.map(
    ({ repository, tags, object, fault }) => `${repository}:${tags[0] ?? ''} ${object} ${fault}`,
  );
  return [
    ...(failure === null ? [] : [`${what} would end before its time: ${visible(failure)}.`]),
    `${what} would remove ${removed}, and free ${formatBytes(bytes)}.`,
    breaks === 0
      ? 'It would break nothing that is whole today.'
      : `It would BREAK ${quantity(breaks, 'thing')} that ${breaks === 1 ? 'is' : 'are'} whole today${named(names, breaks)}. Do not run it.`,
  ];
}

function disagreementSentences({ disagreements }: ReportedStorage): readonly string[] {
  if (disagreements === undefined) return [];
  if (disagreements.count === 0) return ['The storage and the registry agree.'];
  return Object.entries(disagreements.byClass).map(([name, count]) => {
    const ofClass = disagreements.examples.filter((one) => one.class === name);
    const [first] = ofClass;
    const where = ofClass.map(({ repository, reference }) => `${repository ?? ''}${reference}`);
    const says =
      first === undefined
        ? ''
        : ` The storage says: ${visible(first.storage)}. The registry says: ${visible(first.registry)}.`;
    return `${name}, ${quantity(count, 'time')}${named(where, count)}.${says} ${first?.remedy ?? ''}`.trimEnd();
  });
}

/** The first of what is named, in brackets. */
function named(examples: readonly string[], count: number): string {
  if (examples.length === 0) return '';
  const more = count > Math.min(SHOWN, examples.length) ? ', …' : '';
  return ` (${examples.slice(0, SHOWN).map(visible).join(', ')}${more})`;
}
