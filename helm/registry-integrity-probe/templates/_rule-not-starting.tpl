{{/*
What says, by kube-state-metrics, that a CronJob of the release does not start, from `root`, `of` (which is the registry's
or its scan's), `job` and `effective`: a pod that is
still pending, a Job without a pod, or no Job since the last one was due. Where kube-state-metrics is not scraped there is
nothing to ask, and nothing is said. Its metrics know the cluster's labels and not those of the push, which are added: labels of the
values may be made of them. A pod that starts is
pending for seconds, and is seen for three minutes more; what is waited for besides is longer than both.

That none is made is only said where it was known, with this schedule and not suspended, for as long as one may be late: it
is not late after an upgrade that wakes it, or after a night in which the cluster was off. Clocks are put back by an hour
once a year, where its times are hours apart.
*/}}
{{- define "registry-integrity-probe.notStarting" -}}
{{- $root := .root }}
{{- $effective := .effective }}
{{- $periods := include "registry-integrity-probe.periods" $effective.schedule | default "{}" | fromJson }}
{{- $period := $effective.periodSeconds | default $periods.longest | int64 }}
{{- $late := add $period 300 (ternary 3600 0 (gt $period 3600)) }}
{{- $matchers := list (printf "namespace=%s" (include "registry-integrity-probe.namespace" $root | quote)) }}
{{- with $root.Values.prometheusRule.additionalMatchers | default "" | trim | trimAll "," | trim }}
{{- $matchers = append $matchers (regexReplaceAll `\s*\n\s*` . " ") }}
{{- end }}
{{- $in := join "," $matchers }}
{{- $jobs := printf "job_name=~%s,%s" (printf "%s-[0-9]{8,}" $effective.cronjob | quote) $in }}
{{- $cronjob := printf "cronjob=%s,%s" (quote $effective.cronjob) $in -}}
label_replace(label_replace(
  {{- include "registry-integrity-probe.noStart" (dict "effective" $effective "late" $late "in" $in "jobs" $jobs "cronjob" $cronjob) | nindent 2 }},
  {{ quote $root.Values.prometheusRule.jobLabel }}, {{ .job | replace "$" "$$" | quote }}, "", ""),
  "registry", {{ quote .of.name }}, "", ""
)
{{- end }}

{{/* The same, without labels: from the matchers `in`, `jobs` and `cronjob`, `effective`, and after how many seconds it is `late`. */}}
{{- define "registry-integrity-probe.noStart" -}}
max by (namespace) (last_over_time(kube_pod_status_phase{phase="Pending",pod=~{{ printf "%s-[0-9]{8,}-.+" $.effective.cronjob | quote }},{{ $.in }}}[3m])) == 1
or
max by (namespace) (
  sum by (namespace, job_name) (last_over_time(kube_job_status_active{ {{- $.jobs -}} }[3m]))
  + sum by (namespace, job_name) (last_over_time(kube_job_status_succeeded{ {{- $.jobs -}} }[3m]))
  + sum by (namespace, job_name) (last_over_time(kube_job_status_failed{ {{- $.jobs -}} }[3m])) == bool 0
  unless on (namespace, job_name) last_over_time(kube_job_failed{condition="true",{{ $.jobs }}}[3m]) == 1
) == 1
or
time() - max by (namespace) (
  last_over_time(kube_cronjob_status_last_schedule_time{ {{- $.cronjob -}} }[5m])
  or last_over_time(kube_cronjob_created{ {{- $.cronjob -}} }[5m])
) > {{ $.late }}
and on (namespace) last_over_time(kube_cronjob_info{schedule={{ quote $.effective.schedule }},{{ $.cronjob }}}[5m] offset {{ $.late }}s)
unless on (namespace) max_over_time(kube_cronjob_spec_suspend{ {{- $.cronjob -}} }[{{ $.late }}s]) == 1
{{- end }}
