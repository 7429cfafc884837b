{{/* Names that Kubernetes would refuse, of which an installation would say so in the middle of it. */}}
{{- define "registry-integrity-probe.checkNames" -}}
{{- $fullname := include "registry-integrity-probe.fullname" . }}
{{- $name := include "registry-integrity-probe.name" . }}
{{- range $value, $made := dict "fullnameOverride" $fullname "nameOverride" $name }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" $made) }}
{{- fail (printf "%s makes the name %q; take letters, digits and `-`, with neither end a `-`." $value $made) }}
{{- end }}
{{- end }}
{{- if and .Values.pushgateway.enabled (not (regexMatch "^[a-z]" $fullname)) }}
{{- fail (printf "pushgateway.enabled makes a Service of the name %s-pushgateway, which has to begin with a letter; set fullnameOverride." $fullname) }}
{{- end }}
{{- end }}

{{/*
What would make rules that Prometheus does not load, or that fail as soon as two images are broken: a label of the rule goes
before that of the result, and two alerts with the same labels are an error.
*/}}
{{- define "registry-integrity-probe.checkRules" -}}
{{- $rules := .Values.prometheusRule }}
{{- $labels := dict "prometheusRule.additionalRuleLabels" $rules.additionalRuleLabels }}
{{- $texts := dict "prometheusRule.additionalRuleAnnotations" $rules.additionalRuleAnnotations "prometheusRule.additionalRuleLabels" $rules.additionalRuleLabels }}
{{- range $alert, $settings := $rules.rules }}
{{- $_ := set $labels (printf "prometheusRule.rules.%s.labels" $alert) ($settings | default dict).labels }}
{{- $_ := set $texts (printf "prometheusRule.rules.%s.annotations" $alert) ($settings | default dict).annotations }}
{{- $_ := set $texts (printf "prometheusRule.rules.%s.labels" $alert) ($settings | default dict).labels }}
{{- end }}
{{- range $path, $given := $texts }}
{{- range $name, $text := $given }}
{{- if contains "{{" (regexReplaceAll `(?s)\{\{.*?\}\}` (toString $text) "") }}
{{- fail (printf "%s.%s begins a template with two braces that does not end, and Prometheus would load none of the rules." $path $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $path, $given := $labels }}
{{- range $label := list "__name__" "repository" "tag" "unnamed" }}
{{- if hasKey ($given | default dict) $label }}
{{- fail (printf "%s: the alerts are told apart by %s; take another name." $path $label) }}
{{- end }}
{{- end }}
{{- end }}
{{- $text := "(\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*'|\x60[^\x60]*\x60)" }}
{{- $matcher := printf "([a-zA-Z_][a-zA-Z0-9_]*|%s)\\s*(=~|!~|!=|=)\\s*%s" $text $text }}
{{- with $rules.additionalMatchers | default "" | trim | trimAll "," | trim }}
{{- if not (regexMatch (printf "^%s(\\s*,\\s*%s)*$" $matcher $matcher) .) }}
{{- fail (printf "prometheusRule.additionalMatchers is %q; give matchers as Prometheus writes them, such as `cluster=\"eu-1\"`, with commas between them." .) }}
{{- end }}
{{- end }}
{{- end }}
