{{/* Chart name. */}}
{{- define "registry-integrity-probe.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What the names of all objects begin with: the release, and the chart unless the release is called like it. */}}
{{- define "registry-integrity-probe.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "registry-integrity-probe.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "registry-integrity-probe.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The `job` label of all metrics of this release. */}}
{{- define "registry-integrity-probe.job" -}}
{{- default (include "registry-integrity-probe.fullname" .) .Values.pushgateway.job }}
{{- end }}

{{/*
The name of a registry's CronJob, from `root`, `name` and `shards`. A Job adds up to 11 characters to it and must stay
within 63; the pods of an Indexed Job add their index, in their host name. What is too long loses its middle, and gets a
hash of the whole so that two long names stay two.
*/}}
{{- define "registry-integrity-probe.cronjobName" -}}
{{- $fullname := include "registry-integrity-probe.fullname" .root }}
{{- $whole := printf "%s-%s" $fullname .name }}
{{- $limit := 52 }}
{{- if gt (int .shards) 1 }}
{{- $limit = int (sub 51 (len (toString (sub (int .shards) 1)))) }}
{{- end }}
{{- if le (len $whole) $limit }}
{{- $whole }}
{{- else }}
{{- $hash := sha256sum $whole | trunc 5 }}
{{- $registry := .name | trunc 20 | trimSuffix "-" }}
{{- $room := int (sub $limit (len $registry) 7) }}
{{- printf "%s-%s-%s" ($fullname | trunc $room | trimSuffix "-") $registry $hash }}
{{- end }}
{{- end }}

{{- define "registry-integrity-probe.selectorLabels" -}}
app.kubernetes.io/name: {{ include "registry-integrity-probe.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "registry-integrity-probe.labels" -}}
helm.sh/chart: {{ include "registry-integrity-probe.chart" . }}
{{ include "registry-integrity-probe.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The enabled registries as YAML: name -> settings. */}}
{{- define "registry-integrity-probe.registries" -}}
{{- $enabled := dict }}
{{- range $name, $registry := .Values.registries }}
{{- if and $registry (ne (toString $registry.enabled) "false") }}
{{- $_ := set $enabled $name $registry }}
{{- end }}
{{- end }}
{{- toYaml $enabled }}
{{- end }}
