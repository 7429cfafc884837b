{{- define "registry-integrity-probe.selectorLabels" -}}
app.kubernetes.io/name: {{ include "registry-integrity-probe.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Labels of every object. What objects are found by goes before `commonLabels`. */}}
{{- define "registry-integrity-probe.labels" -}}
{{- $own := include "registry-integrity-probe.selectorLabels" . | fromYaml }}
{{- $_ := set $own "helm.sh/chart" (include "registry-integrity-probe.chart" .) }}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (merge $own (.Values.commonLabels | default dict)) }}
{{- end }}

{{/*
The metadata of an object, from `root`, `name`, `component` and, where wanted, `labels`, `annotations`, `registry` and
`namespace`; `cluster` for an object of the whole cluster.
*/}}
{{- define "registry-integrity-probe.metadata" -}}
name: {{ .name | quote }}
{{- if not .cluster }}
namespace: {{ default (include "registry-integrity-probe.namespace" .root) .namespace | quote }}
{{- end }}
{{- $own := include "registry-integrity-probe.labels" .root | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/component" .component }}
{{- with .registry }}
{{- $_ := set $own "registry-integrity/registry" . }}
{{- end }}
labels:
  {{- toYaml (merge $own (.labels | default dict)) | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The metadata of a pod template, without the chart's version, which would replace pods for nothing; from `root`,
`component` and, where wanted, `labels`, `annotations` and `registry`.
*/}}
{{- define "registry-integrity-probe.podMetadata" -}}
{{- $own := include "registry-integrity-probe.selectorLabels" .root | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/component" .component }}
{{- with .registry }}
{{- $_ := set $own "registry-integrity/registry" . }}
{{- end -}}
labels:
  {{- toYaml (merge $own (.labels | default dict) (.root.Values.commonLabels | default dict)) | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
