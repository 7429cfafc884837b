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
{{- $empty := ($root.Values.registryDefaults | default dict).allowEmptyCatalog }}
{{- if kindIs "bool" $registry.allowEmptyCatalog }}
{{- $empty = $registry.allowEmptyCatalog }}
{{- end }}
{{- $kubectl := printf "kubectl -n %s" (include "registry-integrity-probe.namespace" $root) }}
{{- $labels := printf "app.kubernetes.io/instance=%s,app.kubernetes.io/component=probe,registry-integrity/registry=%s" $root.Release.Name .name }}
{{- if ne $root.Chart.Name "registry-integrity-probe" }}
{{- $labels = printf "app.kubernetes.io/name=%s,%s" (include "registry-integrity-probe.name" $root) $labels }}
{{- end }}
{{- $by := printf "%s, registry" $rules.jobLabel }}
{{- $failurePer := $root.Values.alerts.failurePer -}}
name: {{ quote .name }}
host: {{ regexReplaceAll "(?i)^([a-z]+://)?([^/]*).*$" $registry.url "${2}" | quote }}
shards: {{ $shards }}
in: {{ include "registry-integrity-probe.ruleMatchers" (dict "root" $root "job" (include "registry-integrity-probe.job" $root) "name" .name "shards" $shards) | quote }}
by: {{ quote $by }}
group: {{ ternary (printf "%s, shard" $by) $by (gt $shards 1) | quote }}
failurePer: {{ quote $failurePer }}
per: {{ printf "%s%s" $by (get (dict "registry" "" "repository" ", repository" "tag" ", repository, tag") $failurePer) | quote }}
staleAfter: {{ int64 $effective.staleAfterSeconds | quote }}
promise: {{ include "registry-integrity-probe.seconds" $effective.fullWalkEvery | quote }}
neverAfter: {{ add (int64 $effective.staleAfterSeconds) (include "registry-integrity-probe.seconds" $effective.fullWalkEvery | int64) | quote }}
promised: {{ quote $effective.fullWalkEvery }}
dropRatio: {{ $rules.coverageDropRatio | default 0.2 | quote }}
untilNextEnd: {{ add $period (int64 $effective.activeDeadlineSeconds) | quote }}
suspended: {{ eq (toString $effective.suspend) "true" }}
mayBeEmpty: {{ or (eq (toString $empty) "true") (eq (toString $registry.kind) "pull-through") }}
report: {{ printf "%s get configmap %s-report -o yaml" $kubectl $effective.cronjob | quote }}
runs: {{ printf "%s get cronjob,job,pod -l %s" $kubectl $labels | quote }}
log: {{ printf "%s logs -l %s --tail=-1 --prefix" $kubectl $labels | quote }}
runNow: {{ printf "%s create job --from=cronjob/%s %s-$(date +%%s)" $kubectl $effective.cronjob $effective.cronjob | quote }}
{{- end }}

{{/* What every selector of a registry's rules has between its braces, from `root`, `job`, `name` and `shards`. */}}
{{- define "registry-integrity-probe.ruleMatchers" -}}
{{- $rules := .root.Values.prometheusRule }}
{{- $matchers := list (printf "%s=%s" $rules.jobLabel (quote .job)) }}
{{- $matchers = append $matchers (printf "registry=%s" (quote .name)) }}
{{- if gt (int .shards) 1 }}
{{- $matchers = append $matchers (printf "shard=~%s" (until (int .shards) | join "|" | quote)) }}
{{- else }}
{{- $matchers = append $matchers `shard=""` }}
{{- end }}
{{- range $label, $value := .root.Values.pushgateway.groupingLabels }}
{{- $matchers = append $matchers (printf "%s=%s" $label (quote $value)) }}
{{- end }}
{{- with $rules.additionalMatchers | default "" | trim | trimAll "," | trim }}
{{- $matchers = append $matchers (regexReplaceAll `\s*\n\s*` . " ") }}
{{- end }}
{{- join "," $matchers }}
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
The groups of alert rules, as YAML: one for each registry, and one for the rules of the values. The file has each alert's
expression and texts; what holds for all of them is added here: switches, `for`, severity, runbooks, and the labels and
annotations of the values. A `for` of the file goes before that of the values, and `defaultFor` counts where the values
have none. The namespace is what an AlertmanagerConfig routes by.
*/}}
{{- define "registry-integrity-probe.ruleGroups" -}}
{{- $values := .Values.prometheusRule }}
{{- $file := tpl (.Files.Get "files/alerts/registry-integrity.rules.yaml.tpl") . | fromYaml }}
{{- with $file.Error }}
{{- fail (printf "the alert rules are no YAML with these values: %s" .) }}
{{- end }}
{{- $constant := dict "namespace" (include "registry-integrity-probe.namespace" .) }}
{{- range $label, $value := .Values.pushgateway.groupingLabels }}
{{- $_ := set $constant $label (include "registry-integrity-probe.ruleText" $value) }}
{{- end }}
{{- if ne $values.jobLabel "job" }}
{{- $_ := set $constant "job" (include "registry-integrity-probe.ruleText" (include "registry-integrity-probe.job" .)) }}
{{- end -}}
groups:
{{- range $file.groups }}
{{- $registry := .registry }}
{{- $rules := list }}
{{- range .rules }}
{{- $own := get (default (dict) $values.rules) .alert | default (dict "enabled" false) }}
{{- if $own.enabled }}
{{- $rules = append $rules . }}
{{- end }}
{{- end }}
{{- if $rules }}
  - name: {{ .name }}
    rules:
    {{- range $rules }}
    {{- $alert := .alert }}
    {{- $own := get $values.rules .alert }}
      - alert: {{ $alert }}
        expr: |-
          {{- .expr | nindent 10 }}
        {{- with coalesce .for (get $own (.forName | default "for")) .defaultFor }}
        for: {{ . | toString | toJson }}
        {{- end }}
        {{- with $values.keepFiringFor }}
        keep_firing_for: {{ . | toString | toJson }}
        {{- end }}
        labels:
        {{- $labels := mergeOverwrite (dict) $constant (dict "severity" (coalesce .severity $own.severity)) (default (dict) $values.additionalRuleLabels) (default (dict) $own.labels) (.labels | default dict) (dict "registry" $registry) }}
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
{{- end }}
{{- with $values.additionalRules }}
  - name: registry-integrity
    rules:
      {{- toYaml . | nindent 6 }}
{{- end }}
{{- end }}

{{/*
The groups as a JSON list of `name` (of the object that has it), `file` and `group`. Each is an object of its own: the API
server, operators and rulers have limits for the size of one.
*/}}
{{- define "registry-integrity-probe.ruleObjects" -}}
{{- $objects := list }}
{{- range (include "registry-integrity-probe.ruleGroups" . | fromYaml).groups }}
{{- $registry := trimPrefix "registry-integrity" .name | trimPrefix "-" }}
{{- if $registry }}
{{- $objects = append $objects (dict "name" (include "registry-integrity-probe.objectName" (dict "root" $ "suffix" $registry)) "file" (printf "%s.rules.yaml" $registry) "group" .) }}
{{- else }}
{{- $objects = append $objects (dict "name" (include "registry-integrity-probe.fullname" $) "file" "rules.yaml" "group" .) }}
{{- end }}
{{- end }}
{{- toJson $objects }}
{{- end }}

{{/*
The groups as files, as a JSON list of lists of `name` and `text`: as many in one list as a ConfigMap holds with room to
spare, so that a few registries have one.
*/}}
{{- define "registry-integrity-probe.ruleFiles" -}}
{{- $lists := list }}
{{- $files := list }}
{{- $length := 0 }}
{{- range include "registry-integrity-probe.ruleObjects" . | fromJsonArray }}
{{- $text := dict "groups" (list .group) | toYaml }}
{{- if and $files (gt (add $length (len $text)) 150000) }}
{{- $lists = append $lists $files }}
{{- $files = list }}
{{- $length = 0 }}
{{- end }}
{{- $files = append $files (dict "name" .file "text" $text) }}
{{- $length = add $length (len $text) }}
{{- end }}
{{- toJson (ternary (append $lists $files) $lists (not (empty $files))) }}
{{- end }}
