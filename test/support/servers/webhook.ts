import { until } from '../until.ts';
import { startStub } from './stub-http.ts';

/** One alert of a page, as Alertmanager sends it to a webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface PagedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

/** A page. */
export interface Page {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly PagedAlert[];
}

/** Which page is meant. */
export interface Wanted {
  readonly alertname: string;
  readonly registry: string;
  readonly status: 'firing' | 'resolved';
  /** Further labels of the alert. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Who is paged. */
export interface Webhook {
  readonly url: URL;
  /** All pages so far. */
  readonly pages: readonly Page[];
  /** The first such page; throws when it does not come in time. */
  page(wanted: Wanted, timeoutMs?: number): Promise<Page>;
  stop(): Promise<void>;
}

/** Starts a webhook on 127.0.0.1 that takes whatever Alertmanager sends. */
export async function startWebhook(): Promise<Webhook> {
  const pages: Page[] = [];
  const stub = await startStub(({ body }, response) => {
    pages.push(JSON.parse(body) as Page);
    response.end();
  });
  return {
    url: stub.url,
    pages,
    async page(wanted, timeoutMs) {
      const find = (): Page | undefined => pages.find((page) => isWanted(page, wanted));
      const { alertname, registry, status } = wanted;
      await until(() => find() !== undefined, `${alertname} of ${registry} is ${status}`, timeoutMs, 50);
      const page = find();
      if (page === undefined) throw new Error('a page is gone');
      return page;
    },
    stop: stub.stop,
  };
}

function isWanted({ alerts }: Page, { alertname, registry, status, labels = {} }: Wanted): boolean {
  const wanted = Object.entries({ ...labels, alertname, registry });
  return alerts.some(
    (alert) => alert.status === status && wanted.every(([name, value]) => alert.labels[name] === value),
  );
}
