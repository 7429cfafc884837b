{{/*
What says, by kube-state-metrics, that the probe of a registry does not start, from `root`, `name` and `registry`: a pod
that is still pending, a Job without a pod, or no Job since the last one was due. Their metrics know the cluster's labels
and not those of the push. A pod that starts is pending for seconds, and is seen for three minutes more; what is waited for
besides is longer than both.
*/}}
{{- define "registry-integrity-probe.notStarting" -}}
{{- $root := .root }}
{{- $effective := include "registry-integrity-probe.effective" . | fromJson }}
{{- $periods := include "registry-integrity-probe.periods" $effective.schedule | default "{}" | fromJson }}
{{- $late := add ($effective.periodSeconds | default $periods.longest | int64) 300 }}
{{- $matchers := list (printf "namespace=%s" (include "registry-integrity-probe.namespace" $root | quote)) }}
{{- with $root.Values.prometheusRule.additionalMatchers | default "" | trim | trimAll "," | trim }}
{{- $matchers = append $matchers (regexReplaceAll `\s*\n\s*` . " ") }}
{{- end }}
{{- $in := join "," $matchers }}
{{- $jobs := printf "job_name=~%s,%s" (printf "%s-[0-9]{8,}" $effective.cronjob | quote) $in }}
{{- $cronjob := printf "cronjob=%s,%s" (quote $effective.cronjob) $in -}}
max by (namespace) (last_over_time(kube_pod_status_phase{phase="Pending",pod=~{{ printf "%s-[0-9]{8,}-.+" $effective.cronjob | quote }},{{ $in }}}[3m])) == 1
or
max by (namespace) (
  sum by (namespace, job_name) (last_over_time({__name__=~"kube_job_status_(active|succeeded|failed)",{{ $jobs }}}[3m])) == bool 0
  unless on (namespace, job_name) last_over_time(kube_job_failed{condition="true",{{ $jobs }}}[3m]) == 1
) == 1
or
time() - max by (namespace) (
  last_over_time(kube_cronjob_status_last_schedule_time{ {{- $cronjob -}} }[5m])
  or last_over_time(kube_cronjob_created{ {{- $cronjob -}} }[5m])
) > {{ $late }}
{{- end }}
