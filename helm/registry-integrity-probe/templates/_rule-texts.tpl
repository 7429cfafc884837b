{{/*
What the description of RegistryManifestIntegrityFailure says of the broken tags, from `of`: up to five, each once with
all that is wrong below it, then how many more there are. Complete and incomplete walks name tags in families of their
own, and a tag can be in both. Templates cannot count, so `$tags` has a dot for each tag.
*/}}
{{- define "registry-integrity-probe.brokenTags" -}}
{{- $series := printf `{__name__=~"registry_integrity_(partial_)?tag_failures",%s}` .of.in }}
{{- $isUnnamed := printf "registry_integrity_tag_failures_truncated{%s} > 0" .of.in }}
{{- $unnamed := printf "%s > 0" (include "registry-integrity-probe.ruleNumber" (dict "of" .of "metric" "registry_integrity_tag_failures_truncated")) }}
{{- $inUse := include "registry-integrity-probe.ruleNumber" (dict "of" .of "metric" "registry_integrity_failures_in_use") }}
{{- $partial := printf "registry_integrity_partial_failures{%s} > 0" .of.in -}}
{{ `{{- with query ` }}{{ $series | quote }}{{ ` -}}
What would not pull from registry ` }}{{ .of.name }}{{ `, by tag:
{{- $tags := "" }}{{ $last := "" }}{{ $lastKind := "" }}
{{- range . | sortByLabel "fault" | sortByLabel "object" | sortByLabel "tag" | sortByLabel "repository" }}
{{- $tag := printf "%s:%s" (label "repository" .) (label "tag" .) }}
{{- $kind := printf "%s %s" (label "object" .) (label "fault" .) }}
{{- $isNew := ne $tag $last }}
{{- if $isNew }}{{ $tags = printf "%s." $tags }}{{ end }}
{{- if le (len $tags) 5 }}
{{- if $isNew }}
- {{ $tag }}: {{ $kind }}
{{- else if ne $kind $lastKind }}, {{ $kind }}
{{- end }}
{{- end }}
{{- $last = $tag }}{{ $lastKind = $kind }}
{{- end }}
{{- if gt (len $tags) 5 }}
- and {{ len (slice $tags 5) }} more
{{- end }}
{{- range query ` }}{{ $unnamed | quote }}{{ ` }}
- and {{ value . | printf "%.0f" }} that only the report names
{{- end }}
{{- else -}}
Something would not pull from registry ` }}{{ .of.name }}{{ `, and no tag is named: {{ if query ` }}{{ $isUnnamed | quote }}{{ ` }}the report alone has the names{{ else }}an image without a tag may be meant, which a workload pins by its digest{{ end }}.
{{- end }}
{{- range query ` }}{{ $inUse | quote }}{{ ` }}
Used by workloads of this cluster: {{ value . | printf "%.0f" }} of the findings of the last complete walk{{ if query ` }}{{ $partial | quote }}{{ ` }}; not known of what an incomplete walk has confirmed since{{ end }}.
{{- end }}` }}
{{- end }}

{{/*
A line for why the last run could not tell everything, for what rulesOf gives, or nothing: the reasons that were counted,
each once.
*/}}
{{- define "registry-integrity-probe.unknownReasons" -}}
{{- $query := printf "registry_integrity_unknown{%s} > 0" .in -}}
{{ `{{- with query ` }}{{ $query | quote }}{{ ` }}
Unknown in the last run: {{ $last := "" }}
{{- range . | sortByLabel "reason" }}
{{- $reason := label "reason" . }}
{{- if ne $reason $last }}{{ if $last }}, {{ end }}{{ $reason }}{{ end }}
{{- $last = $reason }}
{{- end }}
{{- end }}` }}
{{- end }}
