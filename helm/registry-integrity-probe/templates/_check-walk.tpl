{{/*
How a registry is walked, of one or of all, from `path` and `settings`: what is of the right shape, and the probe would end
with all the same, every quarter of an hour.
*/}}
{{- define "registry-integrity-probe.checkWalk" -}}
{{- $settings := .settings | default dict }}
{{- range $index, $entry := $settings.acknowledged }}
{{- $path := printf "%s.acknowledged[%d]" $.path $index }}
{{- $named := false }}
{{- range $key := list "repository" "tag" "digest" }}
{{- $glob := get $entry $key }}
{{- if and (hasKey $entry $key) (not (kindIs "invalid" $glob)) }}
{{- $named = true }}
{{- include "registry-integrity-probe.checkGlob" (dict "path" (printf "%s.%s" $path $key) "glob" $glob) }}
{{- if hasPrefix "!" $glob }}
{{- fail (printf "%s.%s is %q; give a glob without `!`, such as team/** or old-*." $path $key $glob) }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq $named (not (empty $entry.fault)) }}
{{- fail (printf "%s: give at least one of repository, tag and digest, or `fault: unresolvable` alone for the whole registry." $path) }}
{{- end }}
{{- if not (trim ($entry.reason | default "")) }}
{{- fail (printf "%s.reason is empty; say why it is known." $path) }}
{{- end }}
{{- end }}
{{- $globs := dict
  "repositories.match" ($settings.repositories | default dict).match
  "tags.match" ($settings.tags | default dict).match
  "allowMissingPlatforms" $settings.allowMissingPlatforms
  "excludePlatforms" $settings.excludePlatforms }}
{{- range $key, $list := $globs }}
{{- range $index, $glob := $list }}
{{- include "registry-integrity-probe.checkGlob" (dict "path" (printf "%s.%s[%d]" $.path $key $index) "glob" $glob) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
That a glob, from `path` and `glob`, is not empty, and ends what it begins, as far as that is told without reading it: what
is between quotes may be anything, and a brace that only ends stands for itself.
*/}}
{{- define "registry-integrity-probe.checkGlob" -}}
{{- $plain := regexReplaceAll "\\\\." .glob "" }}
{{- $plain = regexReplaceAll "\\[\\^?\\]?(\\[:[a-z]+:\\]|[^]])*\\]" $plain "" }}
{{- $uneven := or (regexMatch "[]\\[]" $plain) (gt (len (splitList "{" $plain)) (len (splitList "}" $plain))) }}
{{- $uneven = or $uneven (ne (len (splitList "(" $plain)) (len (splitList ")" $plain))) }}
{{- if or (and $uneven (not (contains `"` .glob))) (empty (trimPrefix "!" .glob)) }}
{{- fail (printf "%s is %q, which is no glob; give one such as team/** or !team/scratch-*." .path .glob) }}
{{- end }}
{{- end }}

{{/* What one registry is looked at for, from `root`, `path` and `registry`, with what holds for all. */}}
{{- define "registry-integrity-probe.checkChoice" -}}
{{- $common := .root.Values.registryDefaults | default dict }}
{{- if eq (.registry.platforms | default $common.platforms | default "all") "nodes" }}
{{- if not .root.Values.kubernetes.nodes }}
{{- fail (printf "%s: platforms is nodes, and nobody reads them; set kubernetes.nodes too." .path) }}
{{- end }}
{{- end }}
{{- $own := .registry.repositories | default dict }}
{{- $all := $common.repositories | default dict }}
{{- if eq ($own.source | default $all.source | default "catalog") "list" }}
{{- $include := ternary $own.include $all.include (kindIs "slice" $own.include) }}
{{- if not $include }}
{{- fail (printf "%s: repositories.source is list, and there are no names in repositories.include." .path) }}
{{- end }}
{{- end }}
{{- end }}
