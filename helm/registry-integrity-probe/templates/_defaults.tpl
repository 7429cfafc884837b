{{/*
Gives what the values lack the default of this chart, in place: `helm upgrade --reuse-values` brings the values of an
older chart, and `null` takes a value away. What `null` leaves out on purpose is not given back; an alert's settings are
given to an alert that is there. Every template begins with it, since all of them share the values; the first one also
ends the rendering for values that cannot work, before another trips over them.
*/}}
{{- define "registry-integrity-probe.defaults" -}}
{{- $defaults := .Files.Get "files/defaults.yaml" | fromYaml }}
{{- include "registry-integrity-probe.fill" (dict "into" .Values "from" $defaults.values) }}
{{- range $alert, $settings := $defaults.alerts }}
{{- $given := get $.Values.prometheusRule.rules $alert }}
{{- if kindIs "map" $given }}
{{- include "registry-integrity-probe.fill" (dict "into" $given "from" $settings) }}
{{- end }}
{{- end }}
{{- if not (hasKey .Values "_registries") }}
{{- range values (omit .Values "registries") }}
{{- include "registry-integrity-probe.dropNull" . }}
{{- end }}
{{- range .Values.registries }}
{{- if kindIs "map" . }}
{{- range values . }}
{{- include "registry-integrity-probe.dropNull" . }}
{{- end }}
{{- end }}
{{- end }}
{{- include "registry-integrity-probe.keepRegistries" . }}
{{- include "registry-integrity-probe.checks" . }}
{{- end }}
{{- end }}

{{/* Sets in the mapping `into` what the mapping `from` has and it lacks, at every depth. */}}
{{- define "registry-integrity-probe.fill" -}}
{{- range $key, $default := .from }}
{{- $given := get $.into $key }}
{{- if not (hasKey $.into $key) }}
{{- $_ := set $.into $key (deepCopy $default) }}
{{- else if kindIs "invalid" $given }}
{{- $_ := set $.into $key (deepCopy $default) }}
{{- else if and (kindIs "map" $default) (kindIs "map" $given) }}
{{- include "registry-integrity-probe.fill" (dict "into" $given "from" $default) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Takes away from a mapping, at every depth, what is `null`: Helm leaves that where the chart has no default. */}}
{{- define "registry-integrity-probe.dropNull" -}}
{{- $mapping := . }}
{{- if kindIs "map" $mapping }}
{{- range $key, $value := $mapping }}
{{- if kindIs "invalid" $value }}
{{- $_ := unset $mapping $key }}
{{- else }}
{{- include "registry-integrity-probe.dropNull" $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
