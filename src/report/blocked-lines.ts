import { visible } from './escape.ts';
import type { Layout } from './finding-lines.ts';
import type { ReportedBlocked } from './left-out-schema.ts';
import type { ReportedRegistry } from './schema.ts';
import { wrap } from './wrap.ts';

/** A policy that is for a whole project refuses hundreds of images with the same words. */
const MAX_ENTRIES = 5;

const HINT =
  "Nodes are refused as well, so a pull fails whether it is whole or not: what is needed has to be exempted in the registry's policy, or rebuilt so that the policy lets it through.";

/** What policies of the registry refuse, and in which words; nothing where they refuse nothing. Without indentation. */
export function blockedLines({ blocked, counts }: ReportedRegistry, { paint, width }: Layout): readonly string[] {
  if (counts.blocked === 0) return [];
  const shown = blocked.slice(0, MAX_ENTRIES);
  const rest = counts.blocked - shown.length;
  return [
    paint('title', `Refused by a policy, to nodes as well: ${counts.blocked}`),
    ...shown.flatMap((entry) => hanging(`${visible(place(entry))}: ${visible(entry.detail)}`, width - 4)),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...hanging(`next: ${HINT}`, width - 4),
  ];
}

function hanging(text: string, width: number): readonly string[] {
  return wrap(text, width).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}

function place({ repository, tags, digest }: ReportedBlocked): string {
  const [first] = tags;
  const name = first === undefined ? repository : `${repository}:${first}`;
  return digest === null ? name : `${name}@${digest}`;
}
