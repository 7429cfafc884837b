import { alert, type AlertName, fires, groups, type Labels, type RuleCase, strangers } from '../case.ts';
import type { PushedGroup, Timeline } from '../pushed-group.ts';

/** The URL that the rules of these cases are rendered with. */
export const RUNBOOK_URL = 'https://example.com/a%20b/%s.md';

/** Where something happens: in the registry that is not divided, or in one shard of the one that is. */
export type Place = 'prod' | 'big0' | 'big1';
export const PLACES: readonly Place[] = ['prod', 'big0', 'big1'];

/** What a pager shows of one alert at a minute, word for word. */
export interface Page {
  readonly title: string;
  readonly alert: AlertName;
  readonly severity: string;
  readonly labels?: Labels;
  readonly minute: number;
  /** What happens at each place of `places`, one after the other; the other groups are sound. */
  readonly timeline: Timeline;
  readonly places?: readonly Place[];
  /** What happens to the groups of others, whose numbers and names have no place in the texts. */
  readonly strangers?: Timeline;
  /** How the groups are scraped, where it is not as they are. */
  readonly scrape?: (groups: readonly PushedGroup[]) => readonly PushedGroup[];
  readonly summary: (registry: string, host: string) => string;
  readonly description: (lines: Lines) => readonly string[];
}

/** What descriptions say of a registry; `a shard of ` only where there are shards. */
export interface Lines {
  readonly registry: string;
  readonly host: string;
  readonly aShardOf: string;
  readonly details: string;
  readonly runs: string;
  readonly log: string;
}

/** A page as cases, for each of its places. */
export function pageCases(page: Page): readonly RuleCase[] {
  return (page.places ?? PLACES).map((place) => ({ ...pageCase(page, place), title: `${page.title} (${place})` }));
}

function pageCase(page: Page, place: Place): RuleCase {
  const { alert: name, severity, minute, summary, description, scrape = (same) => same } = page;
  const registry = place === 'prod' ? 'prod' : 'big';
  const firing = {
    ...alert(registry, severity, page.labels),
    exp_annotations: {
      summary: summary(registry, linesOf(registry).host),
      description: description(linesOf(registry)).join('\n'),
      runbook_url: `https://example.com/a%20b/${name}.md`,
    },
  };
  const own = scrape(groups({ [place]: page.timeline }));
  return {
    title: page.title,
    groups: [...own, ...(page.strangers === undefined ? [] : strangers(page.strangers))],
    expected: fires(name, { [minute]: [firing] }),
  };
}

function linesOf(registry: string): Lines {
  const name = `registry-integrity-probe-${registry}`;
  const kubectl = 'kubectl -n monitoring';
  const labels = `app.kubernetes.io/instance=registry-integrity-probe,app.kubernetes.io/component=probe,registry-integrity/registry=${registry}`;
  return {
    registry,
    host: `${registry}.example.com`,
    aShardOf: registry === 'prod' ? '' : 'a shard of ',
    details: `Report: ${kubectl} get configmap ${name}-report -o yaml`,
    runs: `Last runs: ${kubectl} get cronjob,job,pod -l ${labels}`,
    log: `Log: ${kubectl} logs -l ${labels} --tail=-1 --prefix`,
  };
}
