{{/* The config file of a registry's CronJob, from `root`, `name`, `registry` and what it goes by (`effective`). */}}
{{- define "registry-integrity-probe.config" -}}
{{- $values := .root.Values -}}
output: {{ $values.output }}
hintsFor: chart
logLevel: {{ $values.logLevel }}
failOnFindings: {{ $values.failOnFindings }}
failOnUnknown: {{ $values.failOnUnknown }}
{{- include "registry-integrity-probe.quitConfig" .root }}
# 60 seconds before Kubernetes ends the Job.
deadline: {{ sub .effective.activeDeadlineSeconds 60 }}s
staleAfterSeconds: {{ int .effective.staleAfterSeconds }}
{{- if $values.cache.enabled }}
cacheDirectory: {{ include "registry-integrity-probe.cacheFolder" . }}
{{- end }}
findings:
  maxSeries: {{ int $values.findings.maxSeries }}
{{- include "registry-integrity-probe.proxyConfig" .root }}
{{- include "registry-integrity-probe.pushgatewayConfig" .root }}
{{- if $values.pushgateway.cleanup.staleGroups }}
  registries:
    {{- range $name, $registry := .root.Values._registries.walked }}
    {{ $name | quote }}: {{ int ($registry.shards | default 1) }}
    {{- end }}
  storages: {{ include "registry-integrity-probe.storageNames" .root }}
{{- end }}
kubernetes:
  inUse: {{ $values.kubernetes.inUse }}
  {{- with $values.kubernetes.namespaces }}
  namespaces: {{ uniq . | toJson }}
  {{- end }}
  events: {{ $values.kubernetes.events }}
  nodes: {{ $values.kubernetes.nodes }}
  {{- if $values.kubernetes.report }}
  configMap: {{ .effective.cronjob }}-report
  {{- end }}
  {{- if and $values.kubernetes.state (eq (int .effective.shards) 1) }}
  state: {{ .effective.cronjob }}-state
  {{- end }}
{{- include "registry-integrity-probe.walkConfig" .root }}
{{- $auth := include "registry-integrity-probe.authConfig" (dict "registry" .registry) | fromYaml }}
{{- with (.registry.auth | default dict).pullSecret }}
{{- $_ := set $auth "pullSecret" . }}
{{- end }}
{{- include "registry-integrity-probe.registryConfig" (dict "name" .name "registry" .registry "auth" $auth "shards" .effective.shards) }}
{{- include "registry-integrity-probe.copiesConfig" . }}
{{- end }}

{{/* The config file of `helm test`: the same registry and Pushgateway with the same credentials, without the API. */}}
{{- define "registry-integrity-probe.testConfig" -}}
# Says what can be reached, and not that images are sound, of which it looks at none.
check: true
output: text
logLevel: {{ .root.Values.logLevel }}
{{- include "registry-integrity-probe.quitConfig" .root }}
deadline: 100s
{{- include "registry-integrity-probe.proxyConfig" .root }}
{{- include "registry-integrity-probe.pushgatewayConfig" .root }}
{{- include "registry-integrity-probe.walkConfig" .root }}
{{- $auth := include "registry-integrity-probe.authConfig" (dict "registry" .registry) | fromYaml }}
{{- if (.registry.auth | default dict).pullSecret }}
{{- $_ := set $auth "dockerConfigFile" (printf "%s/registry/config.json" (include "registry-integrity-probe.folder" .root)) }}
{{- end }}
{{- include "registry-integrity-probe.registryConfig" (dict "name" .name "registry" (omit .registry "copies") "auth" $auth) }}
{{- end }}

{{/* The config file of the hook that removes the groups of the release from the Pushgateway. */}}
{{- define "registry-integrity-probe.forgetConfig" -}}
logLevel: {{ .Values.logLevel }}
{{- include "registry-integrity-probe.quitConfig" . }}
forget:
  wait: {{ .Values.pushgateway.cleanup.wait | quote }}
  {{- with include "registry-integrity-probe.witness" . }}
  witness: {{ . | quote }}
  {{- end }}
{{- include "registry-integrity-probe.proxyConfig" . }}
{{- include "registry-integrity-probe.pushgatewayConfig" . }}
{{- end }}

{{/*
The ConfigMap that is there as long as the release is, as `NAMESPACE/NAME`: that of the values, or the config of the
first registry; nothing where the values say so.
*/}}
{{- define "registry-integrity-probe.witness" -}}
{{- $given := .Values.forget.witness }}
{{- $registries := .Values._registries.walked }}
{{- if kindIs "string" $given }}
{{- $given }}
{{- else if $registries }}
{{- $name := keys $registries | sortAlpha | first }}
{{- $effective := include "registry-integrity-probe.effective" (dict "root" . "name" $name "registry" (get $registries $name)) | fromJson }}
{{- include "registry-integrity-probe.namespace" . }}/{{ $effective.cronjob }}-config
{{- end }}
{{- end }}

{{/* What ends the container of a service mesh, which every pod of the probe may have. */}}
{{- define "registry-integrity-probe.quitConfig" -}}
{{- with .Values.quitUrl }}
quitUrl: {{ . | quote }}
{{- end }}
{{- end }}

{{/* A Pushgateway of the release's own is asked directly. */}}
{{- define "registry-integrity-probe.proxyConfig" -}}
{{- $proxy := .Values.proxy }}
{{- if or $proxy.httpProxy $proxy.httpsProxy }}
{{- $direct := list $proxy.noProxy }}
{{- if .Values.pushgateway.enabled }}
{{- $direct = append $direct (include "registry-integrity-probe.pushgatewayHost" .) }}
{{- end }}
proxy:
  http: {{ $proxy.httpProxy | quote }}
  https: {{ $proxy.httpsProxy | quote }}
  no: {{ $direct | compact | join "," | quote }}
{{- end }}
{{- end }}
