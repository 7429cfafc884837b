import { visible } from './escape.ts';
import type { Layout } from './finding-lines.ts';
import type { Report, ReportedFinding, ReportedRegistry } from './schema.ts';
import { quantity } from './wording.ts';
import { wrap } from './wrap.ts';

/** Who has acknowledged forty knows of them. */
const MAX_ENTRIES = 5;

/** The report without what is acknowledged, for whoever counts or lists what is broken. */
export function withoutAcknowledged(report: Report): Report {
  return { ...report, registries: report.registries.map(openOf) };
}

/** A registry without what is acknowledged in it. */
export function openOf(registry: ReportedRegistry): ReportedRegistry {
  return { ...registry, findings: registry.findings.filter(({ acknowledged }) => acknowledged === undefined) };
}

/** What is broken and known, until when and why; nothing where there is nothing. Without indentation. */
export function acknowledgedLines({ findings }: ReportedRegistry, { paint, width }: Layout): readonly string[] {
  const known = findings.filter(({ acknowledged }) => acknowledged !== undefined);
  if (known.length === 0) return [];
  const rest = known.length - MAX_ENTRIES;
  return [
    paint('title', `Acknowledged, and in no count: ${quantity(known.length, 'finding')}`),
    ...known.slice(0, MAX_ENTRIES).flatMap((finding) => entryLines(finding, width)),
    ...(rest > 0 ? [`  and ${rest} more, in the JSON report`] : []),
  ];
}

function entryLines({ repository, tags, object, fault, digest, acknowledged }: ReportedFinding, width: number) {
  const [first] = tags;
  const place =
    repository === null ? 'the whole registry' : `${repository}${first === undefined ? `@${digest}` : `:${first}`}`;
  const why = acknowledged === undefined ? '' : `until ${acknowledged.until}: ${acknowledged.reason}`;
  const text = `${visible(place)}: ${object} ${fault}, ${visible(why)}`;
  return wrap(text, width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}
