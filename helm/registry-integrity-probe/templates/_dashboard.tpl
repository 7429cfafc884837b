{{/*
The dashboard of this release: what tells one of its registries from another, also across clusters, is kept by every
query; its CronJobs are looked for by their name; runbooks are links where `runbookUrl` says where they are published; and
a chart under another name has a dashboard of its own.
*/}}
{{- define "registry-integrity-probe.dashboard" -}}
{{- $text := .Files.Get "files/dashboards/registry-integrity.json" }}
{{- $grouping := list }}
{{- range $label := keys (.Values.pushgateway.groupingLabels | default dict) | sortAlpha }}
{{- if not (has $label (list "cluster" "job" "registry" "shard")) }}
{{- $grouping = append $grouping $label }}
{{- end }}
{{- end }}
{{- if $grouping }}
{{- $text = replace "cluster, job, registry" (printf "cluster, %s, job, registry" (join ", " $grouping)) $text }}
{{- end }}
{{- $fullname := include "registry-integrity-probe.fullname" . }}
{{- if not (contains "registry-integrity-probe" $fullname) }}
{{- $text = replace ".*registry-integrity-probe.*" (printf "%s-.*" $fullname) $text }}
{{- end }}
{{- with .Values.prometheusRule.runbookUrl }}
{{- $text = regexReplaceAll "`docs/runbooks/([A-Za-z]+)[.]md`" $text (printf "[${1}](%s)" (replace "%s" "${1}" .)) }}
{{- end }}
{{- $isOwn := eq .Chart.Name "registry-integrity-probe" }}
{{- $uid := .Values.grafanaDashboard.uid | default (ternary "registry-integrity" (include "registry-integrity-probe.name" . | trunc 40) $isOwn) }}
{{- $text = replace "\n  \"uid\": \"registry-integrity\"" (printf "\n  \"uid\": %s" (toJson $uid)) $text }}
{{- if not $isOwn }}
{{- $text = replace "\n  \"title\": \"Registry integrity\"" (printf "\n  \"title\": %s" (printf "Registry integrity: %s" .Chart.Name | toJson)) $text }}
{{- end }}
{{- $text }}
{{- end }}
