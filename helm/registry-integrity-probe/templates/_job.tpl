{{/* When the Jobs of a CronJob start, and how many of them are kept, from `root` and `effective`. */}}
{{- define "registry-integrity-probe.cronjobTimes" -}}
schedule: {{ .effective.schedule | quote }}
{{- with .effective.timeZone }}
timeZone: {{ . | quote }}
{{- end }}
suspend: {{ .effective.suspend }}
concurrencyPolicy: {{ .root.Values.cronJob.concurrencyPolicy }}
{{- if not (kindIs "invalid" .root.Values.cronJob.startingDeadlineSeconds) }}
startingDeadlineSeconds: {{ int .root.Values.cronJob.startingDeadlineSeconds }}
{{- end }}
successfulJobsHistoryLimit: {{ int .root.Values.cronJob.successfulJobsHistoryLimit }}
failedJobsHistoryLimit: {{ int .root.Values.cronJob.failedJobsHistoryLimit }}
{{- end }}

{{/*
The Job of a registry, from `root`, `name`, `registry` and `effective`. A divided registry makes an Indexed Job, whose
shards fail by themselves: with a `backoffLimit` for them all, the first to fail would end the others.
*/}}
{{- define "registry-integrity-probe.jobSpec" -}}
{{- $values := .root.Values }}
{{- $shards := int .effective.shards }}
{{- $perIndex := and (gt $shards 1) (not (kindIs "invalid" $values.job.backoffLimitPerIndex)) -}}
activeDeadlineSeconds: {{ int .effective.activeDeadlineSeconds }}
{{- if gt $shards 1 }}
completionMode: Indexed
completions: {{ $shards }}
parallelism: {{ $shards }}
{{- end }}
{{- if $perIndex }}
backoffLimitPerIndex: {{ int $values.job.backoffLimitPerIndex }}
{{- else }}
backoffLimit: {{ int $values.job.backoffLimit }}
{{- end }}
{{- if not (kindIs "invalid" $values.job.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int $values.job.ttlSecondsAfterFinished }}
{{- end }}
{{- with $values.job.podFailurePolicy }}
podFailurePolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
template:
  metadata:
    {{- include "registry-integrity-probe.podMetadata" (dict "root" .root "component" "probe" "registry" .name "labels" .effective.podLabels "annotations" .effective.podAnnotations) | nindent 4 }}
  spec:
    {{- include "registry-integrity-probe.probePod" . | nindent 4 }}
{{- end }}

{{/* The pod of a registry's Job. */}}
{{- define "registry-integrity-probe.probePod" -}}
{{- $scope := dict "name" .name "registry" .registry "cronjob" .effective.cronjob }}
{{- $files := list (include "registry-integrity-probe.configFile" (dict "configMap" (printf "%s-config" .effective.cronjob) "key" "config.yaml")) }}
{{- $files = append $files (include "registry-integrity-probe.registryFiles" $scope | trim) }}
{{- $files = append $files (include "registry-integrity-probe.pushgatewayFiles" .root | trim) }}
{{- $env := list (include "registry-integrity-probe.registryEnvironment" $scope | trim) }}
{{- $env = append $env (include "registry-integrity-probe.pushgatewayEnvironment" .root | trim) }}
{{- range include "registry-integrity-probe.copySources" . | fromJsonArray }}
{{- $files = append $files (include "registry-integrity-probe.registryFiles" . | trim) }}
{{- $env = append $env (include "registry-integrity-probe.registryEnvironment" . | trim) }}
{{- end }}
{{- if gt (int .effective.shards) 1 }}
{{- $env = append $env (include "registry-integrity-probe.shardEnvironment" .) }}
{{- end }}
{{- include "registry-integrity-probe.podSpec" (dict
  "root" .root
  "effective" .effective
  "args" (concat (list "run" "--config" (printf "%s/config.yaml" (include "registry-integrity-probe.folder" .))) .effective.extraArgs)
  "files" (join "\n" (compact $files))
  "env" (join "\n" (compact $env))
  "token" (include "registry-integrity-probe.needsApi" .)
  "serviceAccountName" (include "registry-integrity-probe.serviceAccountName" .root)
  "restartPolicy" .root.Values.restartPolicy
  "gracePeriodSeconds" .root.Values.terminationGracePeriodSeconds
  "cache" (include "registry-integrity-probe.cacheClaim" .)
  "extras" true
  "sidecars" true) }}
{{- end }}

{{/* The claim of the volume that keeps a registry's manifests; empty where none does. */}}
{{- define "registry-integrity-probe.cacheClaim" -}}
{{- $cache := .root.Values.cache }}
{{- if $cache.enabled }}
{{- $cache.existingClaim | default (printf "%s-cache" .effective.cronjob) }}
{{- end }}
{{- end }}

{{/* Where that volume is mounted. */}}
{{- define "registry-integrity-probe.cacheFolder" -}}
/var/cache/registry-integrity-probe
{{- end }}
