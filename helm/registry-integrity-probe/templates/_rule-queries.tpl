{{/*
A metric of one registry as the rules and their texts ask for it, from `of`, `metric`, `keep` (labels of its own) and
`matchers`: one series for each meaning, however many targets it is scraped from, and the last one of five minutes, so
that a scrape which fails does not end an alert or begin its wait anew.
*/}}
{{- define "registry-integrity-probe.seen" -}}
max by ({{ .of.group }}{{ with .keep }}, {{ . }}{{ end }}) (last_over_time({{ .metric }}{ {{- .of.in }}{{ with .matchers }},{{ . }}{{ end -}} }[5m]))
{{- end }}

{{/* The same of complete walks, and of what incomplete walks confirmed where no complete one has said it. */}}
{{- define "registry-integrity-probe.seenPartly" -}}
{{- range $index, $prefix := list "registry_integrity_" "registry_integrity_partial_" }}
{{- if $index }}
or {{ end }}
{{- include "registry-integrity-probe.seen" (dict "of" $.of "metric" (printf "%s%s" $prefix $.name) "keep" $.keep "matchers" $.matchers) }}
{{- end }}
{{- end }}

{{/*
What a page says of each broken thing, from `of`, `keep` (what is said beside its name) and `matchers`. A complete and an
incomplete walk may tell one thing in two ways, as what they know of its users and its copies differs: what the incomplete
one says goes before, for it is the younger one.
*/}}
{{- define "registry-integrity-probe.told" -}}
{{- $named := "object, fault, platform" }}
{{- $seen := dict "of" .of "keep" (printf "%s, %s" $named .keep) "matchers" .matchers -}}
{{ include "registry-integrity-probe.seen" (set $seen "metric" "registry_integrity_partial_tag_finding_info") }}
or on ({{ .of.group }}, {{ $named }}) {{ include "registry-integrity-probe.seen" (set $seen "metric" "registry_integrity_tag_finding_info") }}
{{- end }}

{{/* What a number says of groups whose last run is fresh, from `of` and `metric`: others may be those of a dead probe. */}}
{{- define "registry-integrity-probe.fresh" -}}
{{ include "registry-integrity-probe.seen" . }}
and time() - {{ include "registry-integrity-probe.seen" (dict "of" .of "metric" "registry_integrity_last_run_timestamp_seconds") }} < {{ .of.staleAfter }}
{{- end }}

{{/* What is broken, by what an alert is for, from `of` and `matchers`. */}}
{{- define "registry-integrity-probe.broken" -}}
sum by ({{ .of.per }}) (
  {{- include "registry-integrity-probe.seenPartly" (dict "of" .of "name" "tag_failures" "keep" "repository, tag, object, fault" "matchers" .matchers) | nindent 2 }}
) > 0
{{- end }}

{{/*
What has no series of its own, in one number for each registry; of each family by itself, as an incomplete walk confirms
what no complete one has seen.
*/}}
{{- define "registry-integrity-probe.unnamed" -}}
sum by ({{ .by }}) (
  {{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_unnamed_failures") }}
  or label_replace({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_partial_unnamed_failures") }}, "walk", "partial", "", "")
  {{- if eq .failurePer "tag" }}
  or label_replace({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_tag_failures_truncated") }}, "walk", "cut", "", "")
  {{- end }}
) > 0
{{- end }}

{{/*
When the last complete walks ended, the oldest shard. A clock that is ahead would keep a dead probe fresh: no walk is
believed to have ended after the Pushgateway took its numbers, where the Pushgateway says when that was. From `of` and the
`metric` that has the time.
*/}}
{{- define "registry-integrity-probe.lastSuccess" -}}
{{- $success := include "registry-integrity-probe.seen" . }}
{{- $push := include "registry-integrity-probe.seen" (dict "of" .of "metric" "push_time_seconds") -}}
min by ({{ .of.by }}) (
  {{ $success }} < {{ $push }}
  or {{ $push }} and {{ $success }}
  or {{ $success }}
)
{{- end }}

{{/* What is longest unseen, where the promise that it is looked at is broken, of the shard that keeps it worst. */}}
{{- define "registry-integrity-probe.overdue" -}}
time() - min by ({{ .by }}) ({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_oldest_check_timestamp_seconds") }}) > {{ .promise }}
{{- end }}

{{/* When the Pushgateway refused the last push, where it has accepted none since. */}}
{{- define "registry-integrity-probe.rejected" -}}
max by ({{ .by }}) (
  {{ include "registry-integrity-probe.seen" (dict "of" . "metric" "push_failure_time_seconds") }}
  > {{ include "registry-integrity-probe.seen" (dict "of" . "metric" "push_time_seconds") }}
)
{{- end }}
