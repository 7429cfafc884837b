{{/* True when the files of a registry are scanned, from its settings; nothing otherwise. */}}
{{- define "registry-integrity-probe.hasStorage" -}}
{{- if and .storage (ne (toString .storage.enabled) "false") }}true{{ end }}
{{- end }}

{{/* The registries whose files are scanned, as a JSON list. */}}
{{- define "registry-integrity-probe.storageNames" -}}
{{- $names := list }}
{{- range $name, $registry := .Values._registries.walked }}
{{- if include "registry-integrity-probe.hasStorage" $registry }}
{{- $names = append $names $name }}
{{- end }}
{{- end }}
{{- toJson $names }}
{{- end }}

{{/* Where the files are mounted. */}}
{{- define "registry-integrity-probe.storageFolder" -}}
/var/lib/registry
{{- end }}

{{/*
What the scan of a registry's files goes by, as JSON, from `root`, `name` and `registry`. It reads a disk once a day and
not a registry every quarter of an hour, so little of what holds for walks holds for it.
*/}}
{{- define "registry-integrity-probe.storageEffective" -}}
{{- $walk := include "registry-integrity-probe.effective" . | fromJson }}
{{- $effective := dict
  "existingClaim" ""
  "hostPath" ""
  "subPath" ""
  "kind" (.registry.kind | default "private")
  "registryVersion" 2
  "blobCheck" "tail"
  "schedule" "17 3 * * *"
  "periodSeconds" nil
  "timeZone" $walk.timeZone
  "suspend" $walk.suspend
  "staleAfterSeconds" nil
  "activeDeadlineSeconds" 21600
  "resources" (dict "requests" (dict "cpu" "20m" "memory" "128Mi") "limits" (dict "memory" "512Mi"))
  "nodeSelector" $walk.nodeSelector
  "tolerations" $walk.tolerations
  "affinity" $walk.affinity
  "topologySpreadConstraints" list
  "priorityClassName" $walk.priorityClassName
  "podAnnotations" $walk.podAnnotations
  "podLabels" $walk.podLabels
  "podSecurityContext" dict
  "extraArgs" list
  "extraEnv" list
  "shards" 1
  "fullWalkEvery" "" }}
{{- range $key, $value := .registry.storage }}
{{- if and (hasKey $effective $key) (not (kindIs "invalid" $value)) }}
{{- $_ := set $effective $key $value }}
{{- end }}
{{- end }}
{{- $periods := include "registry-integrity-probe.periods" $effective.schedule | default "{}" | fromJson }}
{{- $longest := $effective.periodSeconds | default $periods.longest | default 0 | int64 }}
{{- if not $effective.staleAfterSeconds }}
{{- $_ := set $effective "staleAfterSeconds" (add (mul 2 $longest) (int64 $effective.activeDeadlineSeconds)) }}
{{- end }}
{{- $_ := set $effective "cronjob" (include "registry-integrity-probe.cronjobName" (dict "root" .root "name" (printf "%s-storage" .name))) }}
{{- toJson $effective }}
{{- end }}

{{/* The config file of a scan, from `root`, `name` and `registry`. Which images are looked at is told as for the walk. */}}
{{- define "registry-integrity-probe.storageConfig" -}}
{{- $values := .root.Values }}
{{- $effective := include "registry-integrity-probe.storageEffective" . | fromJson -}}
output: {{ $values.output }}
logLevel: {{ $values.logLevel }}
failOnUnknown: {{ $values.failOnUnknown }}
{{- include "registry-integrity-probe.quitConfig" .root }}
# 60 seconds before Kubernetes ends the Job.
deadline: {{ sub $effective.activeDeadlineSeconds 60 }}s
blobCheck: {{ $effective.blobCheck }}
scan:
  # Findings are data, and the alert is the page.
  failOnFindings: false
  kind: [{{ $effective.kind }}]
  registryVersion: {{ int $effective.registryVersion }}
{{- include "registry-integrity-probe.proxyConfig" .root }}
{{- include "registry-integrity-probe.pushgatewayConfig" .root }}
{{- $own := include "registry-integrity-probe.given" .registry | fromYaml }}
{{- $common := include "registry-integrity-probe.given" $values.registryDefaults | fromYaml }}
{{- with pick (merge (dict) $own $common) "repositories" "tags" "acknowledged" "allowEmptyCatalog" "allowMissingPlatforms" "excludePlatforms" "referrers" "manifestLimit" }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The Job of a scan, from `root`, `name` and `registry`. */}}
{{- define "registry-integrity-probe.storageJobSpec" -}}
{{- $values := .root.Values }}
{{- $walk := include "registry-integrity-probe.effective" . | fromJson }}
{{- $effective := include "registry-integrity-probe.storageEffective" . | fromJson }}
{{- $files := list (include "registry-integrity-probe.configFile" (dict "configMap" (printf "%s-config" $walk.cronjob) "key" "storage.yaml")) }}
{{- $files = append $files (include "registry-integrity-probe.pushgatewayFiles" .root | trim) }}
{{- $env := list (include "registry-integrity-probe.pushgatewayEnvironment" .root | trim) }}
{{- with $effective.extraEnv }}
{{- $env = append $env (toYaml .) }}
{{- end }}
{{- $args := list "scan" (include "registry-integrity-probe.storageFolder" .) "--registry-name" .name "--config" (printf "%s/config.yaml" (include "registry-integrity-probe.folder" .)) -}}
activeDeadlineSeconds: {{ int $effective.activeDeadlineSeconds }}
backoffLimit: {{ int $values.job.backoffLimit }}
{{- if not (kindIs "invalid" $values.job.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int $values.job.ttlSecondsAfterFinished }}
{{- end }}
{{- with $values.job.podFailurePolicy }}
podFailurePolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
template:
  metadata:
    {{- include "registry-integrity-probe.podMetadata" (dict "root" .root "component" "storage" "registry" .name "labels" $effective.podLabels "annotations" $effective.podAnnotations) | nindent 4 }}
  spec:
    {{- include "registry-integrity-probe.podSpec" (dict
      "root" .root
      "effective" $effective
      "args" (concat $args $effective.extraArgs)
      "files" (join "\n" (compact $files))
      "env" (join "\n" (compact $env))
      "serviceAccountName" (include "registry-integrity-probe.serviceAccountName" .root)
      "restartPolicy" $values.restartPolicy
      "gracePeriodSeconds" $values.terminationGracePeriodSeconds
      "storage" $effective
      "podSecurityContext" $effective.podSecurityContext) | nindent 4 }}
{{- end }}
