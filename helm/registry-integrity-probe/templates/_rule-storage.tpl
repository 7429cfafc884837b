{{/*
What the rules say about the scan of a registry's files, as YAML, from `root`, `name` and `registry`; nothing where they
are not scanned. A scan pushes under a job of its own, and no shards share it.
*/}}
{{- define "registry-integrity-probe.storageRulesOf" -}}
{{- if include "registry-integrity-probe.hasStorage" .registry }}
{{- $root := .root }}
{{- $effective := include "registry-integrity-probe.storageEffective" . | fromJson }}
{{- $walk := include "registry-integrity-probe.rulesOf" . | fromYaml }}
{{- $job := printf "%s-storage" (include "registry-integrity-probe.job" $root) -}}
name: {{ quote .name }}
host: {{ quote $walk.host }}
job: {{ quote $job }}
jobText: {{ include "registry-integrity-probe.ruleText" $job | quote }}
in: {{ include "registry-integrity-probe.ruleMatchers" (dict "root" $root "job" $job "name" .name "shards" 1) | quote }}
by: {{ quote $walk.by }}
group: {{ quote $walk.by }}
staleAfter: {{ int64 $effective.staleAfterSeconds | quote }}
suspended: {{ eq (toString $effective.suspend) "true" }}
runs: {{ replace "component=probe" "component=storage" $walk.runs | quote }}
log: {{ replace "component=probe" "component=storage" $walk.log | quote }}
{{- end }}
{{- end }}

{{/*
What is broken in the files, by kind: of complete scans, and of what incomplete ones confirmed where no complete one has
said it. A 0 of the one says nothing against the other.
*/}}
{{- define "registry-integrity-probe.storageFailures" -}}
{{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_storage_failures" "keep" "object, fault") }} > 0
or {{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_storage_partial_failures" "keep" "object, fault") }} > 0
{{- end }}

{{/* The same in words: a line for each kind, with how many there are. */}}
{{- define "registry-integrity-probe.storageText" -}}
{{- $query := include "registry-integrity-probe.storageFailures" . | replace "\n" " " -}}
In the files of {{ .host }}, confirmed by the last scan that saw them:
{{ `{{- range query ` }}{{ $query | quote }}{{ ` | sortByLabel "fault" | sortByLabel "object" }}
{{ label "object" . }} {{ label "fault" . }}: {{ value . | printf "%.0f" }}
{{- end }}` }}
{{- end }}
