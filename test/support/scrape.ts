import type { Family } from '../../src/metrics/exposition.ts';
import { METRICS } from '../../src/metrics/definitions.ts';
import { familiesIn } from './shown.ts';
import type { RunningPushgateway } from './servers/pushgateway.ts';

/** What Prometheus would get for one registry. */
export interface Scrape {
  /** The value of the only series with these labels, null where there is none; throws where there are several. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | null;
  /** The values of a family that are not 0, by its own labels: `child/missing`. Null where there is no such family. */
  nonZero(name: string): Readonly<Record<string, number>> | null;
}

/** Asks a Pushgateway for what a registry's group holds. Names are without `registry_integrity_`. */
export async function scrape(gateway: RunningPushgateway, registry: string): Promise<Scrape> {
  const families = familiesIn(await gateway.metrics());
  const samplesOf = (name: string): Family['samples'] => {
    const family = families.find((one) => one.name === `registry_integrity_${name}`);
    return family?.samples.filter(({ labels }) => labels['registry'] === registry) ?? [];
  };
  return {
    value(name, wanted = {}) {
      const fitting = samplesOf(name).filter(({ labels }) =>
        Object.entries(wanted).every(([label, value]) => labels[label] === value),
      );
      if (fitting.length > 1) throw new Error(`${fitting.length} series of ${name} fit ${JSON.stringify(wanted)}`);
      return fitting[0] === undefined ? null : fitting[0].value;
    },
    nonZero(name) {
      const samples = samplesOf(name);
      if (samples.length === 0) return null;
      const definition = METRICS.find((one) => one.name === `registry_integrity_${name}`);
      const own = (labels: Readonly<Record<string, string>>): string =>
        (definition?.labels ?? []).map((label) => labels[label] ?? '').join('/');
      return Object.fromEntries(
        samples.filter(({ value }) => value !== 0).map(({ labels, value }) => [own(labels), value]),
      );
    },
  };
}
