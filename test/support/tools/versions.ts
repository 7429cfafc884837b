/** A real program that the tests run, in the version that they were written against. */
export interface Tool {
  /** The program's name on PATH. */
  readonly name: string;
  /**
   * Where it comes from when it is not there: a Debian package, `go install` of a Go package, or a build of a Go package
   * in the module in `kubernetes/`, for what needs the `replace` lines of a module of its own.
   */
  readonly kind: 'debian' | 'go' | 'module';
  readonly package: string;
  /** `2.8` takes every 2.8.x; `>=2.42` takes that and newer; a Go program that is built is built in `install`. */
  readonly version: string;
  /** The Go module version to build; Debian installs what the release has. */
  readonly install?: string;
  /** How to ask for its version; null where it cannot tell, so that being there is enough. */
  readonly versionArgs: readonly string[] | null;
  readonly why: string;
  /** Needed by the longer suite of this name alone; without it, by `npm test`. */
  readonly suite?: Suite;
}

/** The longer suites, which `npm test` leaves out. */
export const SUITES = ['registries', 'cluster'] as const;
export type Suite = (typeof SUITES)[number];

/** Every program that the tests need, once. */
export const TOOLS = [
  {
    name: 'docker-registry',
    kind: 'debian',
    package: 'docker-registry',
    version: '2.8',
    versionArgs: ['--version'],
    why: 'the registry whose damage the probe has to see; 3.x answers differently',
  },
  {
    name: 'promtool',
    kind: 'debian',
    package: 'prometheus',
    version: '>=2.42',
    versionArgs: ['--version'],
    why: 'checks metrics and alert rules',
  },
  {
    name: 'prometheus',
    kind: 'debian',
    package: 'prometheus',
    version: '>=2.42',
    versionArgs: ['--version'],
    why: 'scrapes what was pushed, evaluates the alert rules and answers the dashboard',
  },
  {
    name: 'prometheus-pushgateway',
    kind: 'debian',
    package: 'prometheus-pushgateway',
    version: '>=1.5',
    versionArgs: ['--version'],
    why: 'takes the pushes',
  },
  {
    name: 'prometheus-alertmanager',
    kind: 'debian',
    package: 'prometheus-alertmanager',
    version: '>=0.25',
    versionArgs: ['--version'],
    why: 'sends the page',
  },
  {
    name: 'amtool',
    kind: 'debian',
    package: 'prometheus-alertmanager',
    version: '>=0.25',
    versionArgs: ['--version'],
    why: 'checks the example of an Alertmanager configuration',
  },
  {
    name: 'htpasswd',
    kind: 'debian',
    package: 'apache2-utils',
    version: '>=2.4',
    versionArgs: null,
    why: 'writes the password file of a registry that asks for one',
  },
  {
    name: 'nginx',
    kind: 'debian',
    package: 'nginx',
    version: '>=1.20',
    versionArgs: ['-v'],
    why: 'the cache before a registry, which answers for what is gone and denies what is there',
  },
  {
    name: 'etcd',
    kind: 'debian',
    package: 'etcd-server',
    version: '>=3.4',
    versionArgs: ['--version'],
    why: 'keeps what the Kubernetes API server is told',
    suite: 'cluster',
  },
  {
    name: 'dockerd',
    kind: 'debian',
    package: 'docker.io',
    version: '>=20.10',
    versionArgs: ['--version'],
    why: 'builds and runs the image; started by the test, on storage and a socket of its own',
  },
  {
    name: 'containerd',
    kind: 'debian',
    package: 'containerd',
    version: '>=1.6',
    versionArgs: ['--version'],
    why: 'runs containers for dockerd',
  },
  {
    name: 'docker',
    kind: 'debian',
    package: 'docker.io',
    version: '>=20.10',
    versionArgs: ['--version'],
    why: 'builds and runs the image',
  },
  {
    name: 'helm',
    kind: 'go',
    package: 'helm.sh/helm/v3/cmd/helm',
    version: '3.21',
    install: 'v3.21.4',
    versionArgs: ['version'],
    why: 'renders and installs the chart',
  },
  {
    name: 'helm-docs',
    kind: 'go',
    package: 'github.com/norwoodj/helm-docs/cmd/helm-docs',
    version: '1.14',
    install: 'v1.14.2',
    versionArgs: ['--version'],
    why: "writes the chart's README from its values",
  },
  {
    name: 'kubeconform',
    kind: 'go',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    version: '0.7',
    install: 'v0.7.0',
    versionArgs: ['-v'],
    why: 'holds what the chart renders against the schemas of Kubernetes and of the operators',
  },
  {
    name: 'pint',
    kind: 'go',
    package: 'github.com/cloudflare/pint/cmd/pint',
    version: '0.87',
    install: 'v0.87.0',
    versionArgs: ['version'],
    why: 'looks for mistakes in alert rules that promtool does not see',
  },
  {
    name: 'actionlint',
    kind: 'go',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: '1.7',
    install: 'v1.7.12',
    versionArgs: ['-version'],
    why: 'reads the workflows as GitHub does',
  },
  {
    name: 'registry',
    kind: 'go',
    package: 'github.com/distribution/distribution/v3/cmd/registry',
    version: '3.1',
    install: 'v3.1.2',
    versionArgs: ['--version'],
    why: 'distribution 3, the successor of registry:2',
    suite: 'registries',
  },
  {
    name: 'olareg',
    kind: 'go',
    package: 'github.com/olareg/olareg/cmd/olareg',
    version: '0.1',
    install: 'v0.1.2',
    versionArgs: ['version'],
    why: 'a registry that keeps OCI layouts on disk',
    suite: 'registries',
  },
  {
    name: 'crane',
    kind: 'go',
    package: 'github.com/google/go-containerregistry/cmd/crane',
    version: '0.21',
    install: 'v0.21.9',
    versionArgs: ['version'],
    why: 'its `registry serve` is a registry with blobs in plain files',
    suite: 'registries',
  },
  {
    name: 'kube-apiserver',
    kind: 'module',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    version: '1.35',
    install: 'v1.35.3',
    versionArgs: ['--version'],
    why: 'installs the chart for real, with roles and Pod Security enforced',
    suite: 'cluster',
  },
  {
    name: 'kube-controller-manager',
    kind: 'module',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    version: '1.35',
    install: 'v1.35.3',
    versionArgs: ['--version'],
    why: 'makes Jobs of CronJobs and pods of Jobs',
    suite: 'cluster',
  },
  {
    name: 'kubectl',
    kind: 'module',
    package: 'k8s.io/kubernetes/cmd/kubectl',
    version: '1.35',
    install: 'v1.35.3',
    versionArgs: ['version', '--client'],
    why: 'shows what is in the cluster as people see it',
    suite: 'cluster',
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof TOOLS)[number]['name'];
