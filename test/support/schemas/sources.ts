/** A Go module that has schemas in it, and the files that do. */
export interface Source {
  readonly module: string;
  readonly version: string;
  /** An OpenAPI document of Kubernetes' own kinds, or definitions of custom resources, by their paths in the module. */
  readonly openApi?: string;
  readonly customResources?: readonly string[];
}

/** Where the schemas of everything that the chart renders come from, but for VMRule, whose groups are a PrometheusRule's. */
export const SOURCES: readonly Source[] = [
  { module: 'k8s.io/kubernetes', version: 'v1.35.3', openApi: 'api/openapi-spec/swagger.json' },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    customResources: [
      'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
      'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
    ],
  },
  {
    module: 'github.com/grafana/grafana-operator/v5',
    version: 'v5.18.0',
    customResources: ['config/crd/bases/grafana.integreatly.org_grafanadashboards.yaml'],
  },
];
