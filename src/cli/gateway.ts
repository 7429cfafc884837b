import type { PushgatewaySettings } from '../config/settings.ts';
import { createTransport } from '../http/transport.ts';
import { createPushgateway, type Pushgateway } from '../metrics/pushgateway.ts';
import type { CommandDeps } from './session.ts';
import { USER_AGENT } from './version.ts';

/** A Pushgateway with connections of its own. */
export interface OpenGateway extends Pushgateway {
  close(): Promise<void>;
}

/** Gets ready to ask the Pushgateway at a URL; nothing is asked yet. Throws for settings that cannot work. */
export function openGateway(url: string, settings: PushgatewaySettings, deps: CommandDeps): OpenGateway {
  const { timeout, retries, ca, clientCertificate, insecure, job, groupingLabels } = settings;
  const { clock, log, proxy } = deps;
  const transport = createTransport(
    { timeoutMs: timeout, concurrency: 4, retries, ca, clientCertificate, insecure, userAgent: USER_AGENT, proxy },
    { clock, log, random: Math.random },
  );
  const gateway = createPushgateway({ url, job, groupingLabels, ...credentialsOf(settings) }, { transport, log });
  return { ...gateway, close: () => transport.close() };
}

function credentialsOf({ username, password, bearerToken }: PushgatewaySettings) {
  return {
    ...(username === null ? {} : { username, password: password ?? '' }),
    ...(bearerToken === null ? {} : { bearerToken }),
  };
}
