{{/* The chart's name. A chart that has this one under an alias may write it with capitals, which no name may have. */}}
{{- define "registry-integrity-probe.name" -}}
{{- default .Chart.Name .Values.nameOverride | include "registry-integrity-probe.asName" }}
{{- end }}

{{/* A text as a name of Kubernetes that may be that of a host: a release may have dots in its own. */}}
{{- define "registry-integrity-probe.asName" -}}
{{- lower . | replace "_" "-" | replace "." "-" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
What the names of all objects begin with: the release, and the chart unless the release is called like it. Two aliases in
one release stay two where that is too long.
*/}}
{{- define "registry-integrity-probe.fullname" -}}
{{- $name := include "registry-integrity-probe.name" . }}
{{- if .Values.fullnameOverride }}
{{- include "registry-integrity-probe.asName" .Values.fullnameOverride }}
{{- else if contains $name (include "registry-integrity-probe.asName" .Release.Name) }}
{{- include "registry-integrity-probe.asName" .Release.Name }}
{{- else if eq .Chart.Name "registry-integrity-probe" }}
{{- include "registry-integrity-probe.asName" (printf "%s-%s" .Release.Name $name) }}
{{- else }}
{{- include "registry-integrity-probe.bounded" (dict "head" (include "registry-integrity-probe.asName" .Release.Name) "tail" $name "limit" 63) }}
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
A name of at most `limit` characters: `head`, a dash, `tail`. What is too long loses the end of its head, and of its tail
beyond 20 characters, and gets a hash of the whole so that two long names stay two.
*/}}
{{- define "registry-integrity-probe.bounded" -}}
{{- $whole := printf "%s-%s" .head .tail }}
{{- if le (len $whole) (int .limit) }}
{{- $whole }}
{{- else }}
{{- $tail := .tail | trunc 20 | trimSuffix "-" }}
{{- $room := int (sub .limit (add (len $tail) 7)) }}
{{- printf "%s-%s-%s" (.head | trunc $room | trimSuffix "-") $tail (sha256sum $whole | trunc 5) }}
{{- end }}
{{- end }}

{{/* The name of an object that there is one of in a release, from `root` and `suffix`; a Service needs a DNS label. */}}
{{- define "registry-integrity-probe.objectName" -}}
{{- include "registry-integrity-probe.bounded" (dict "head" (include "registry-integrity-probe.fullname" .root) "tail" .suffix "limit" 63) }}
{{- end }}

{{/*
The name of a registry's CronJob, from `root` and `name`. A Job adds up to 11 characters to it and must stay within 63;
the pods of an Indexed Job add their index, of two digits at the most, in their host name. The limit is the same for all:
a registry that is divided later keeps its name, and with it what is known of it.
*/}}
{{- define "registry-integrity-probe.cronjobName" -}}
{{- include "registry-integrity-probe.bounded" (dict "head" (include "registry-integrity-probe.fullname" .root) "tail" .name "limit" 49) }}
{{- end }}

{{/*
The names of the ConfigMaps for a registry's state, one a line, from `cronjob` and `shards`: of a divided registry each
shard has its own.
*/}}
{{- define "registry-integrity-probe.stateNames" -}}
{{- if gt (int .shards) 1 }}
{{- range $shard := until (int .shards) }}
{{ $.cronjob }}-{{ $shard }}-state
{{- end }}
{{- else }}
{{ .cronjob }}-state
{{- end }}
{{- end }}

{{- define "registry-integrity-probe.serviceAccountName" -}}
{{- $fallback := ternary (include "registry-integrity-probe.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $fallback .Values.serviceAccount.name }}
{{- end }}
