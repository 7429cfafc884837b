import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';

import type { BuiltPanel } from './panels.ts';

/** The alerts with what each says, and a runbook of the same name. */
const ALERTS: Readonly<Record<string, string>> = {
  RegistryManifestIntegrityFailure: 'images would not pull',
  RegistryManifestIntegrityFailureUnused: 'the same, and no workload uses it',
  RegistryManifestIntegrityFailurePartial: 'images pull, and an attestation or another platform is lost',
  RegistryCatalogInaccessible: 'the registry does not list its repositories',
  RegistryIntegritySuspect: 'nearly everything is missing: look at the storage first',
  RegistryIntegrityProbeStale: 'no complete walk for too long',
  RegistryIntegrityProbeNotStarting: 'the probe is started and does not run',
  RegistryIntegrityNothingChecked: 'walks are complete and look at no tag',
  RegistryIntegrityCoverageOverdue: 'not everything is walked as often as is promised',
  RegistryIntegrityCoverageDropped: 'far fewer repositories or tags are listed than there were',
  RegistryStorageIntegrityFailure: 'images would not pull, by the files of the registry',
  RegistryStorageScanStale: 'no complete scan of the files for too long',
  RegistryIntegrityPushRejected: 'the Pushgateway refuses the numbers',
};

/** No dollar signs: Grafana would take what follows for a variable. */
const CONTENT = `
**What is broken, since when, who uses it and what to do next** is in the report of the last run:

\`\`\`sh
kubectl get configmaps --all-namespaces --selector registry-integrity/registry,app.kubernetes.io/component=report --output yaml
\`\`\`

**After a repair**, run the probe at once; the alert clears with the next complete walk:

\`\`\`sh
kubectl get cronjobs --all-namespaces --selector registry-integrity/registry
kubectl --namespace NAMESPACE create job MANUAL --from=cronjob/CRONJOB
\`\`\`

**For each alert there is a runbook:**

${Object.entries(ALERTS)
  .map(([name, meaning]) => `- ${runbook(name)}: ${meaning}`)
  .join('\n')}
`.trim();

/**
 * How a runbook is named: by its path in the project. The chart, which knows where its version is published, may
 * replace each of them by a link.
 */
export function runbook(alert: string): string {
  return `\`docs/runbooks/${alert}.md\``;
}

/** The way from the dashboard to a repair. */
export function whatToDo(size: { readonly width: number; readonly height: number }): BuiltPanel {
  return new TextBuilder()
    .title('What to do')
    .description('Commands and runbooks for whoever was paged.')
    .mode(TextMode.Markdown)
    .content(CONTENT)
    .span(size.width)
    .height(size.height);
}
