import { isSchema, strict, type Schema } from './strict.ts';

const METADATA = 'definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** A quantity may be written as a number: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** Schemas by the names of their files, for Kubernetes' own kinds: `definitions.json`, and a file for each kind. */
export function kindSchemas(openApi: unknown): ReadonlyMap<string, Schema> {
  const given = isSchema(openApi) && isSchema(openApi['definitions']) ? openApi['definitions'] : {};
  const files = new Map<string, Schema>();
  const definitions: Record<string, Schema> = {};
  for (const [name, schema] of Object.entries(given)) {
    definitions[name] = name === QUANTITY ? { type: ['string', 'number'] } : strict(schema);
    for (const { group, version, kind } of kindsOf(schema)) {
      const reference = { $ref: `definitions.json#/definitions/${name}` };
      files.set(fileOf(group, version, kind), { allOf: [reference, { required: ['apiVersion', 'kind'] }] });
    }
  }
  files.set('definitions.json', { definitions });
  return files;
}

/** The schemas of a custom resource, one for each version. */
export function customSchemas(definition: unknown): ReadonlyMap<string, Schema> {
  const { group, names, versions } = (definition as CustomResource).spec;
  return new Map(
    versions.map(({ name, schema }) => {
      const closed = strict(schema.openAPIV3Schema);
      const properties = isSchema(closed['properties']) ? closed['properties'] : {};
      const whole = { ...closed, properties: { ...properties, metadata: { $ref: METADATA } } };
      return [fileOf(group, name, names.kind), whole];
    }),
  );
}

interface CustomResource {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: unknown } }[];
  };
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function kindsOf(schema: unknown): readonly Kind[] {
  const kinds = isSchema(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
  return Array.isArray(kinds) ? (kinds as readonly Kind[]) : [];
}

/** As kubeconform looks for it by `{{ .ResourceKind }}{{ .KindSuffix }}.json`. */
function fileOf(group: string, version: string, kind: string): string {
  const parts = [kind.toLowerCase(), group.split('.')[0] ?? '', version];
  return `${parts.filter((part) => part !== '').join('-')}.json`;
}
