{{/*
What the rules say about one registry, from `root`, `name` and `registry`, as YAML. `in` is what every selector has to
have between its braces: a Pushgateway also holds other releases, other clusters, registries that are no longer
installed and shards that are left over from a larger layout. `untilNextEnd` is the longest time, in seconds, between the
ends of two runs: what one bad run alone says does not last longer.
*/}}
{{- define "registry-integrity-probe.rulesOf" -}}
{{- $root := .root }}
{{- $registry := .registry }}
{{- $effective := include "registry-integrity-probe.effective" . | fromJson }}
{{- $rules := $root.Values.prometheusRule }}
{{- $shards := int $effective.shards }}
{{- $periods := include "registry-integrity-probe.periods" $effective.schedule | default "{}" | fromJson }}
{{- $period := $effective.periodSeconds | default $periods.longest | int64 }}
{{- $matchers := list (printf "%s=%s" $rules.jobLabel (include "registry-integrity-probe.job" $root | quote)) }}
{{- $matchers = append $matchers (printf "registry=%s" (quote .name)) }}
{{- if gt $shards 1 }}
{{- $matchers = append $matchers (printf "shard=~%s" (until $shards | join "|" | quote)) }}
{{- else }}
{{- $matchers = append $matchers `shard=""` }}
{{- end }}
{{- range $label, $value := $root.Values.pushgateway.groupingLabels }}
{{- $matchers = append $matchers (printf "%s=%s" $label (quote $value)) }}
{{- end }}
{{- with $rules.additionalMatchers | default "" | trim | trimAll "," | trim }}
{{- $matchers = append $matchers (regexReplaceAll `\s*\n\s*` . " ") }}
{{- end }}
{{- $empty := ($root.Values.registryDefaults | default dict).allowEmptyCatalog }}
{{- if kindIs "bool" $registry.allowEmptyCatalog }}
{{- $empty = $registry.allowEmptyCatalog }}
{{- end }}
{{- $kubectl := printf "kubectl -n %s" (include "registry-integrity-probe.namespace" $root) }}
{{- $labels := printf "app.kubernetes.io/instance=%s,registry-integrity/registry=%s" $root.Release.Name .name -}}
name: {{ quote .name }}
shards: {{ $shards }}
in: {{ join "," $matchers | quote }}
by: {{ printf "%s, registry" $rules.jobLabel | quote }}
staleAfter: {{ int64 $effective.staleAfterSeconds | quote }}
untilNextEnd: {{ add $period (int64 $effective.activeDeadlineSeconds) | quote }}
suspended: {{ eq (toString $effective.suspend) "true" }}
mayBeEmpty: {{ or (eq (toString $empty) "true") (eq (toString $registry.kind) "pull-through") }}
report: {{ printf "%s get configmap %s-report -o yaml" $kubectl $effective.cronjob | quote }}
runs: {{ printf "%s get cronjob,job,pod -l %s" $kubectl $labels | quote }}
log: {{ printf "%s logs -l %s --tail=-1 --prefix" $kubectl $labels | quote }}
runNow: {{ printf "%s create job --from=cronjob/%s %s-$(date +%%s)" $kubectl $effective.cronjob $effective.cronjob | quote }}
{{- end }}

{{/* A query for the number that a metric without labels has for one registry, however often it is scraped. */}}
{{- define "registry-integrity-probe.ruleNumber" -}}
{{- if gt (int .of.shards) 1 -}}
sum(max by (shard) ({{ .metric }}{ {{- .of.in -}} }))
{{- else -}}
max({{ .metric }}{ {{- .of.in -}} })
{{- end }}
{{- end }}

{{/*
Findings of what rulesOf gives that a workload uses or may use: of those that an incomplete walk confirmed it is not
known, nor of those of a walk that did not read the cluster.
*/}}
{{- define "registry-integrity-probe.maybeInUse" -}}
registry_integrity_failures_in_use{ {{- .in -}} } > 0
or registry_integrity_partial_failures{ {{- .in -}} } > 0
or (
  registry_integrity_failures{ {{- .in -}} } > 0
  unless ignoring (object, fault) registry_integrity_failures_in_use
)
{{- end }}

{{/* A text as the value of a label, which Prometheus takes for a template: braces in it stay what they are. */}}
{{- define "registry-integrity-probe.ruleText" -}}
{{- if contains "{{" (toString .) }}
{{- printf "{{ %s }}" (quote .) }}
{{- else }}
{{- . }}
{{- end }}
{{- end }}

{{/*
The groups of alert rules, as YAML. The file has each alert's expression and texts; what holds for all of them is added
here: switches, `for`, severity, runbooks, and the labels and annotations of the values. A `for` of the file goes before
that of the values, and `defaultFor` counts where the values have none.
*/}}
{{- define "registry-integrity-probe.ruleGroups" -}}
{{- $values := .Values.prometheusRule }}
{{- $file := tpl (.Files.Get "files/alerts/registry-integrity.rules.yaml.tpl") . | fromYaml }}
{{- with $file.Error }}
{{- fail (printf "the alert rules are no YAML with these values: %s" .) }}
{{- end }}
{{- $constant := dict }}
{{- range $label, $value := .Values.pushgateway.groupingLabels }}
{{- $_ := set $constant $label (include "registry-integrity-probe.ruleText" $value) }}
{{- end }}
{{- if ne $values.jobLabel "job" }}
{{- $_ := set $constant "job" (include "registry-integrity-probe.ruleText" (include "registry-integrity-probe.job" .)) }}
{{- end -}}
groups:
{{- range $file.groups }}
  - name: {{ .name }}
    rules:
    {{- range .rules }}
    {{- $alert := .alert }}
    {{- $own := get (default (dict) $values.rules) .alert | default (dict "enabled" false) }}
    {{- if $own.enabled }}
      - alert: {{ $alert }}
        expr: |-
          {{- .expr | nindent 10 }}
        {{- with coalesce .for $own.for .defaultFor }}
        for: {{ . }}
        {{- end }}
        {{- with $values.keepFiringFor }}
        keep_firing_for: {{ . }}
        {{- end }}
        labels:
        {{- $labels := mergeOverwrite (dict) $constant (dict "severity" $own.severity) (default (dict) $values.additionalRuleLabels) (default (dict) $own.labels) .labels }}
        {{- range $label, $value := $labels }}
          {{ $label }}: {{ $value | toString | toJson }}
        {{- end }}
        annotations:
        {{- $annotations := .annotations }}
        {{- with $values.runbookUrl }}
        {{- $_ := set $annotations "runbook_url" (replace "%s" $alert .) }}
        {{- end }}
          {{- toYaml (mergeOverwrite (dict) $annotations (default (dict) $values.additionalRuleAnnotations) (default (dict) $own.annotations)) | nindent 10 }}
    {{- end }}
    {{- end }}
    {{- with $values.additionalRules }}
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}
{{- end }}
