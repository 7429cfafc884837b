{{/*
The image that an alert on what is broken is about, as Prometheus fills it in, from `of`: `registry.example.com/team/app`.
*/}}
{{- define "registry-integrity-probe.imageName" -}}
{{- if eq .failurePer "registry" -}}
Images of registry {{ .name }}
{{- else -}}
{{ .host }}/{{ `{{ $labels.repository }}` }}{{ if eq .failurePer "tag" }}{{ `{{ with $labels.tag }}:{{ . }}{{ end }}` }}{{ end }}
{{- end }}
{{- end }}

{{/* The title of such an alert, from `of` and `kind`: a phone shows little more. */}}
{{- define "registry-integrity-probe.failureSummary" -}}
{{- $image := include "registry-integrity-probe.imageName" .of }}
{{- if eq .kind "unused" -}}
{{ $image }} would not pull, and no workload uses it
{{- else if eq .kind "partial" -}}
{{ $image }} {{ ternary "pull" "pulls" (eq .of.failurePer "registry") }} here, and something of it is lost
{{- else if eq .of.failurePer "registry" -}}
{{ $image }} would not pull
{{- else -}}
{{ `{{ if $labels.unnamed }}` }}More of registry {{ .of.name }} would not pull than is named{{ `{{ else }}` }}{{ $image }} would not pull{{ `{{ end }}` }}
{{- end }}
{{- end }}

{{/* What is broken, from `of` and `kind`. */}}
{{- define "registry-integrity-probe.failureText" -}}
{{- if eq .of.failurePer "registry" }}
{{- include "registry-integrity-probe.brokenTags" .of }}
{{ `{{- range query ` }}{{ include "registry-integrity-probe.unnamed" .of | replace "\n" " " | quote }}{{ ` }}
and {{ value . | printf "%.0f" }} that only the report names
{{- end }}` }}
{{- else if eq .kind "failure" -}}
{{ `{{ if $labels.unnamed }}{{ $labels.unnamed }}` }} more than have an alert of their own, in {{ .of.host }}: broken repositories, or what keeps nodes from all of it.{{ `{{ else }}` }}
{{- include "registry-integrity-probe.brokenTags" .of }}{{ `{{ end }}` }}
{{- else }}
{{- include "registry-integrity-probe.brokenTags" .of }}
{{- end }}
{{- end }}

{{/*
The broken tags of an alert, from rulesOf: up to five lines, those that a workload uses first, then how many more there
are, and how many of all can be copied back from where. What complete and incomplete walks tell of one tag is one line.
*/}}
{{- define "registry-integrity-probe.brokenTags" -}}
{{- $matchers := get (dict "registry" "" "repository" `repository=%[1]q` "tag" `repository=%[1]q,tag=%[2]q`) .failurePer }}
{{- $labels := get (dict "registry" "" "repository" " $labels.repository" "tag" " $labels.repository $labels.tag") .failurePer }}
{{- $of := dict "group" "repository, tag" "in" (replace "%" "%%" .in) }}
{{- $info := include "registry-integrity-probe.told" (dict "of" $of "keep" "used_by" "matchers" $matchers) | replace "\n" " " }}
{{- $query := printf `label_replace(%s, "rest", "x", "used_by", "")` $info }}
{{- $whole := include "registry-integrity-probe.told" (dict "of" $of "keep" "used_by, copies" "matchers" (list $matchers `copies!=""` | compact | join ",")) | replace "\n" " " -}}
{{- $counted := printf `count by (copies) (%s)` $whole -}}
{{ `{{- $all := query (printf ` }}{{ $query | quote }}{{ $labels }}{{ `) | sortByLabel "platform" | sortByLabel "fault" | sortByLabel "object" | sortByLabel "tag" | sortByLabel "repository" | sortByLabel "rest" }}
{{- range $index, $one := $all }}{{ if lt $index 5 }}
{{- if $index }}
{{ end }}` }}{{ if eq .failurePer "registry" }}{{ `{{ label "repository" $one }}:` }}{{ end }}
{{- `{{ or (label "tag" $one) "pinned by its digest" }}: ` }}{{ include "registry-integrity-probe.whatIsBroken" . }}
{{- `{{ if value $one }}, since {{ value $one | humanizeTimestamp | reReplaceAll ":[0-9]+(\\.[0-9]+)? [+]0000 UTC$" " UTC" }}{{ end }}
{{- with label "used_by" $one }}, used by {{ . }}{{ end }}
{{- end }}{{ end }}
{{- if not $all }}The report has what is broken.{{ end }}
{{- if gt (len $all) 5 }}
and {{ len (slice $all 5) }} more
{{- end }}
{{- range query (printf ` }}{{ $counted | quote }}{{ $labels }}{{ `) | sortByLabel "copies" }}
{{ value . | printf "%.0f" }} of {{ len $all }} can be copied back from {{ label "copies" . }}
{{- end }}` }}
{{- end }}

{{/* What is broken of `$one`, in words for people and then in ours. */}}
{{- define "registry-integrity-probe.whatIsBroken" -}}
{{ `{{ $object := label "object" $one }}{{ $fault := label "fault" $one }}{{ $platform := label "platform" $one -}}
{{ if eq $object "child" }}{{ if eq $platform "unknown/unknown" }}an attestation{{ else }}{{ or $platform "an image of it" }}{{ end }}` }}
{{- `{{ else if eq $object "manifest" }}the image{{ else if eq $object "referrer" }}what is attached to it{{ else }}{{ with $platform }}{{ . }} {{ end }}{{ $object }}{{ end }} ` }}
{{- `{{ if eq $fault "missing" }}is gone` }}
{{- `{{ else if eq $fault "unreadable" }}cut short or unreadable` }}
{{- `{{ else if eq $fault "size_mismatch" }}cut short or too long` }}
{{- `{{ else if eq $fault "digest_mismatch" }}has other content` }}
{{- `{{ else if eq $fault "invalid" }}is nothing that a node reads` }}
{{- `{{ else if eq $fault "not_unpackable" }}cannot be unpacked` }}
{{- `{{ else if eq $fault "unresolvable" }}cannot be resolved by a node` }}
{{- `{{ else if eq $fault "tag_dangling" }}is gone, the tag leads to nothing` }}
{{- `{{ else }}is broken{{ end }} ({{ $object }} {{ $fault }})` }}
{{- end }}

{{/*
Lines for why the last run could not tell everything, and where, for what rulesOf gives, or nothing: the reasons that were
counted, each once, and the repositories with the most of it, so that what somebody pushed into one of them is found.
*/}}
{{- define "registry-integrity-probe.unknownReasons" -}}
{{- $where := printf "%s > 0" (include "registry-integrity-probe.seen" (dict "of" (dict "group" "repository" "in" .in) "metric" "registry_integrity_unknown_in_repository")) -}}
{{- $query := printf "%s > 0" (include "registry-integrity-probe.seen" (dict "of" (dict "group" "reason" "in" .in) "metric" "registry_integrity_unknown")) -}}
{{ `{{- with query ` }}{{ $query | quote }}{{ ` }}
Unknown in the last run: {{ range $index, $one := sortByLabel "reason" . }}{{ if $index }}, {{ end }}{{ label "reason" $one }}{{ end }}
{{- end }}{{ with query ` }}{{ $where | quote }}{{ ` }}
In the repositories: {{ range $index, $one := sortByLabel "repository" . }}{{ if $index }}, {{ end }}{{ label "repository" $one }}{{ end }}
{{- end }}` }}
{{- end }}
