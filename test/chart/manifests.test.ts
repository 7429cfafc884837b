import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { CI_FILES, ciObjects, ciPath, ciText, renderCi } from '../support/chart-ci.ts';
import { CHART, helm, KUBE_VERSION, type KubernetesObject } from '../support/chart.ts';
import { schemaFolder } from '../support/schemas/schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';

/** Not among the schemas: its groups are those of the PrometheusRule. */
const WITHOUT_SCHEMA = 'VMRule';

describe('the chart', () => {
  test.each(CI_FILES)('%s passes the linter', (file) => {
    const lint = helm(['lint', CHART, '--strict', '--quiet', '--kube-version', KUBE_VERSION, '--values', ciPath(file)]);

    expect(lint).not.toMatch(/\[(?:WARNING|ERROR)\]/);
  });

  test.each(['many-registries-values.yaml', 'overrides-values.yaml', 'prometheus-rule-values.yaml'])(
    '%s gives the same text each time',
    (file) => {
      expect(renderCi(file)).toBe(ciText(file));
    },
  );

  test('every object is one that Kubernetes and the operators know, without a field that they do not', async () => {
    const { status, output } = await conform(Object.fromEntries(CI_FILES.map((file) => [file, ciText(file)])));

    expect(output).toEqual([]);
    expect(status).toBe(0);
  });

  test('an unknown field would be refused, wherever it is', async () => {
    const objects = ['extras', 'grafana-operator', 'in-cluster-pushgateway', 'prometheus-rule'].flatMap((name) =>
      ciObjects(`${name}-values.yaml`),
    );
    const kinds = [...new Map(objects.map((object) => [object.kind, object])).values()];
    const damaged = Object.fromEntries(kinds.map((object) => [`${object.kind}.yaml`, stringify(withUnknown(object))]));

    const { output } = await conform(damaged);

    expect(output.map(({ filename, status }) => [filename, status])).toEqual(
      Object.keys(damaged)
        .toSorted()
        .map((file) => [file, 'statusInvalid']),
    );
    expect(kinds.length).toBeGreaterThan(12);
  });
});

/** The object with a field more, as deep as it goes. */
function withUnknown(object: KubernetesObject): unknown {
  const spec = object['spec'] as { readonly jobTemplate?: { readonly spec: object } } | undefined;
  if (spec === undefined) return { ...object, unknown: 1 };
  if (spec.jobTemplate === undefined) return { ...object, spec: { ...spec, unknown: 1 } };
  const job = { ...spec.jobTemplate, spec: { ...spec.jobTemplate.spec, unknown: 1 } };
  return { ...object, spec: { ...spec, jobTemplate: job } };
}

interface Refused {
  readonly filename: string;
  readonly name: string;
  readonly msg: string;
  readonly status: string;
}

/** What kubeconform has against these texts, by the names of files. */
async function conform(texts: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const location = join(schemaFolder(), '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const args = ['-strict', '-output', 'json', '-skip', WITHOUT_SCHEMA, '-schema-location', location, folder];
  const { status, stdout, stderr } = spawnSync(toolPath('kubeconform'), args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { resources } = JSON.parse(stdout) as { readonly resources: readonly Refused[] };
  const output = resources
    .map((resource) => ({ ...resource, filename: resource.filename.slice(folder.length + 1) }))
    .toSorted((a, b) => (a.filename < b.filename ? -1 : 1));
  return { status, output };
}
