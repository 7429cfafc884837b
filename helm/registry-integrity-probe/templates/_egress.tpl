{{/*
What the probe may reach. Without rules of the user's own, a peer is known by its port alone: names change addresses. In
the cluster even the port is unknown, for a policy sees that of the pod and not that of the Service: it may be any pod.
*/}}
{{- define "registry-integrity-probe.egress" -}}
{{- $egress := .Values.networkPolicy.egress }}
{{- $needsApi := "" }}
{{- $urls := list }}
{{- range $name, $registry := .Values._registries.all }}
{{- $needsApi = or $needsApi (include "registry-integrity-probe.needsApi" (dict "root" $ "name" $name "registry" .)) }}
{{- $urls = append $urls (.url | default "") }}
{{- range .copies }}
{{- if contains "." .registry | or (contains ":" .registry) }}
{{- $urls = append $urls .registry }}
{{- end }}
{{- end }}
{{- end }}
{{- include "registry-integrity-probe.egressOfAll" (dict "root" . "needsApi" $needsApi) }}
{{- include "registry-integrity-probe.egressRules" (dict "rules" $egress.registries "urls" $urls) }}
{{- include "registry-integrity-probe.egressToPushgateway" . }}
{{- end }}

{{/* What the hook may reach after an uninstall, from `root` and `needsApi`. */}}
{{- define "registry-integrity-probe.cleanupEgress" -}}
{{- include "registry-integrity-probe.egressOfAll" . }}
{{- include "registry-integrity-probe.egressToPushgateway" .root }}
{{- end }}

{{/* DNS, and the Kubernetes API where it is needed, from `root` and `needsApi`. */}}
{{- define "registry-integrity-probe.egressOfAll" }}
{{- $egress := .root.Values.networkPolicy.egress }}
{{- if $egress.dns }}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
    # The pods of OpenShift's DNS.
    - { port: 5353, protocol: UDP }
    - { port: 5353, protocol: TCP }
{{- end }}
{{- if .needsApi }}
{{- include "registry-integrity-probe.egressRules" (dict "rules" $egress.kubernetesApi "ports" (list 443 6443)) }}
{{- end }}
{{- end }}

{{/* The Pushgateway, what may stand before it, and what the values add. */}}
{{- define "registry-integrity-probe.egressToPushgateway" }}
{{- $egress := .Values.networkPolicy.egress }}
{{- if and .Values.pushgateway.enabled (not $egress.pushgateway) }}
- to:
    - podSelector:
        matchLabels:
          {{- include "registry-integrity-probe.selectorLabels" . | nindent 10 }}
          app.kubernetes.io/component: pushgateway
  ports:
    - { port: 9091, protocol: TCP }
{{- else }}
{{- include "registry-integrity-probe.egressRules" (dict "rules" $egress.pushgateway "urls" (list .Values.pushgateway.url)) }}
{{- end }}
{{- with compact (list .Values.proxy.httpProxy .Values.proxy.httpsProxy) }}
{{- include "registry-integrity-probe.egressRules" (dict "urls" . "scheme" "http") }}
{{- end }}
{{- with $egress.extra }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Rules as they are (`rules`), or those for `urls` (without a scheme: `scheme`, or https) and `ports`: one for the ports,
and one for pods. A host of one label, or with the end of a Service, is in the cluster: any pod may be behind it. One that
may be in the cluster or out of it (`name.namespace`, a cluster domain of one's own) gets its port, and the pods of that
namespace.
*/}}
{{- define "registry-integrity-probe.egressRules" }}
{{- if .rules }}
{{ toYaml .rules }}
{{- else }}
{{- $ports := .ports | default list }}
{{- $scheme := .scheme | default "https" }}
{{- $inside := false }}
{{- $namespaces := list }}
{{- range .urls }}
{{- $url := urlParse (ternary . (printf "%s://%s" $scheme .) (contains "://" .)) }}
{{- $host := $url.hostname | lower | trimSuffix "." }}
{{- if regexMatch "^[^.:]+$|[.]svc([.]cluster[.]local)?$" $host }}
{{- $inside = true }}
{{- else }}
{{- $written := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- $ports = append $ports (int (default (ternary "80" "443" (eq $url.scheme "http")) $written)) }}
{{- if regexMatch "^[a-z][-a-z0-9]*[.][a-z0-9]([-a-z0-9]*[a-z0-9])?$" $host }}
{{- $namespaces = append $namespaces (splitList "." $host | last) }}
{{- else if regexMatch "^([-a-z0-9]+[.]){2,3}svc[.]" $host }}
{{- $namespaces = append $namespaces (regexReplaceAll "[.]svc[.].*$" $host "" | splitList "." | last) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $ports | uniq }}
- ports:
    {{- range . }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end }}
{{- if $inside }}
- to: [{ namespaceSelector: {} }]
{{- else }}
{{- range $namespaces | uniq }}
- to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ . | quote }} } } }]
{{- end }}
{{- end }}
{{- end }}
{{- end }}
