{{/*
Keeps in the values, as `_registries`, the enabled registries by name: `all` of them, those that are there for copies alone
among them, and those that are `walked`. They have the credentials and certificates of `registryDefaults` where they have
none of their own. `x-…` without an address is no registry: it is there to be repeated by YAML. It is done once: what is
made of each registry looks at the others, and a text of all of them to be read each time takes minutes with 200.
*/}}
{{- define "registry-integrity-probe.keepRegistries" -}}
{{- $all := dict }}
{{- $walked := dict }}
{{- range $name, $registry := .Values.registries }}
{{- $repeated := and (hasPrefix "x-" $name) (not (and (kindIs "map" $registry) (hasKey $registry "url"))) }}
{{- if and $registry (not $repeated) (ne (toString $registry.enabled) "false") }}
{{- $whole := deepCopy $registry }}
{{- range $key := list "auth" "caBundle" "clientCertificate" }}
{{- $common := get ($.Values.registryDefaults | default dict) $key }}
{{- if and $common (or (not (hasKey $registry $key)) (kindIs "invalid" (get $registry $key))) }}
{{- $_ := set $whole $key $common }}
{{- end }}
{{- end }}
{{- $_ := set $all $name $whole }}
{{- if not $registry.onlyForCopies }}
{{- $_ := set $walked $name $whole }}
{{- end }}
{{- end }}
{{- end }}
{{- $_ := set .Values "_registries" (dict "all" $all "walked" $walked) }}
{{- end }}

{{/*
What the CronJob of a registry goes by, as JSON, from `root`, `name` and `registry`: the registry's own value before the
common one, and its lists of extras after the common ones.
*/}}
{{- define "registry-integrity-probe.effective" -}}
{{- $values := .root.Values }}
{{- $registry := .registry }}
{{- $effective := dict
  "shards" 1
  "schedule" $values.cronJob.schedule
  "periodSeconds" (ternary nil $values.cronJob.periodSeconds (not (empty $registry.schedule)))
  "timeZone" $values.cronJob.timeZone
  "suspend" $values.cronJob.suspend
  "activeDeadlineSeconds" $values.job.activeDeadlineSeconds
  "staleAfterSeconds" $values.staleAfterSeconds
  "resources" $values.resources
  "nodeSelector" $values.nodeSelector
  "tolerations" $values.tolerations
  "affinity" $values.affinity
  "topologySpreadConstraints" $values.topologySpreadConstraints
  "priorityClassName" $values.priorityClassName
  "podAnnotations" $values.podAnnotations
  "podLabels" $values.podLabels }}
{{- range $key := keys $effective }}
{{- if and (hasKey $registry $key) (not (kindIs "invalid" (get $registry $key))) }}
{{- $_ := set $effective $key (get $registry $key) }}
{{- end }}
{{- end }}
{{- $extras := dict
  "extraArgs" $values.extraArgs
  "extraEnv" $values.extraEnv
  "extraVolumes" $values.extraVolumes
  "extraVolumeMounts" $values.extraVolumeMounts
  "extraInitContainers" $values.extraInitContainers }}
{{- range $key, $common := $extras }}
{{- $_ := set $effective $key (concat ($common | default list) (get $registry $key | default list) | default list) }}
{{- end }}
{{- $promise := $registry.fullWalkEvery | default ($values.registryDefaults | default dict).fullWalkEvery }}
{{- $_ := set $effective "fullWalkEvery" ($promise | default "") }}
{{- $names := dict "root" .root "name" .name }}
{{- $_ := set $effective "cronjob" (include "registry-integrity-probe.cronjobName" $names) }}
{{- toJson $effective }}
{{- end }}

{{/*
The registries that a registry names in its `copies`, from `root`, `name` and `registry`, as JSON: a list of `name`,
`registry`, `cronjob` (whose name their Secrets have) and the `folder` of their files. Those with a URL have no name.
*/}}
{{- define "registry-integrity-probe.copySources" -}}
{{- $all := .root.Values._registries.all }}
{{- $sources := list }}
{{- $seen := list .name }}
{{- range .registry.copies }}
{{- $registry := get $all .registry }}
{{- if and $registry (not (has .registry $seen)) }}
{{- $seen = append $seen .registry }}
{{- $cronjob := include "registry-integrity-probe.cronjobName" (dict "root" $.root "name" .registry) }}
{{- $sources = append $sources (dict "name" .registry "registry" $registry "cronjob" $cronjob "folder" (printf "copies/%s" .registry)) }}
{{- end }}
{{- end }}
{{- toJson $sources }}
{{- end }}

{{/* True when a registry's pods need the Kubernetes API, from `root`, `name` and `registry`; nothing otherwise. */}}
{{- define "registry-integrity-probe.needsApi" -}}
{{- $kubernetes := .root.Values.kubernetes }}
{{- $needed := or $kubernetes.inUse $kubernetes.nodes $kubernetes.report $kubernetes.state $kubernetes.events (.registry.auth | default dict).pullSecret }}
{{- range include "registry-integrity-probe.copySources" . | fromJsonArray }}
{{- $needed = or $needed (.registry.auth | default dict).pullSecret }}
{{- end }}
{{- if $needed }}true{{ end }}
{{- end }}
