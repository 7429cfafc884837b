{{- define "registry-integrity-probe.pushgatewayHost" -}}
{{ include "registry-integrity-probe.objectName" (dict "root" . "suffix" "pushgateway") }}.{{ include "registry-integrity-probe.namespace" . }}.svc
{{- end }}

{{/* Where the metrics go: the Pushgateway of the release, or that of the values. */}}
{{- define "registry-integrity-probe.pushgatewayUrl" -}}
{{- if .Values.pushgateway.enabled -}}
http://{{ include "registry-integrity-probe.pushgatewayHost" . }}:{{ int .Values.pushgateway.service.port }}
{{- else }}
{{- .Values.pushgateway.url }}
{{- end }}
{{- end }}

{{/* Everything about the Pushgateway; `registries` may follow, indented by two. */}}
{{- define "registry-integrity-probe.pushgatewayConfig" }}
{{- $pushgateway := .Values.pushgateway }}
{{- $folder := printf "%s/pushgateway" (include "registry-integrity-probe.folder" .) }}
pushgateway:
  url: {{ include "registry-integrity-probe.pushgatewayUrl" . | quote }}
  job: {{ include "registry-integrity-probe.job" . | quote }}
  {{- with $pushgateway.groupingLabels }}
  groupingLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  timeout: {{ $pushgateway.timeout | quote }}
  retries: {{ int $pushgateway.retries }}
  insecure: {{ $pushgateway.insecure }}
  {{- if $pushgateway.auth.existingSecret }}
  {{- if $pushgateway.auth.bearerTokenKey }}
  bearerTokenFile: {{ $folder }}/token
  {{- else }}
  passwordFile: {{ $folder }}/password
  {{- end }}
  {{- end }}
  {{- if or $pushgateway.caBundle.existingConfigMap $pushgateway.caBundle.existingSecret }}
  caFile: {{ $folder }}/ca.crt
  {{- end }}
  {{- if $pushgateway.clientCertificate.existingSecret }}
  certFile: {{ $folder }}/tls.crt
  keyFile: {{ $folder }}/tls.key
  {{- end }}
{{- end }}

{{/* How all registries are walked, at the top level, where a registry's own settings go before it. */}}
{{- define "registry-integrity-probe.walkConfig" }}
{{- with include "registry-integrity-probe.given" .Values.registryDefaults | fromYaml }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What is given of the settings that values hand on under their own names, as YAML; null is left to the probe. */}}
{{- define "registry-integrity-probe.given" -}}
{{- $given := dict }}
{{- range $key, $value := pick (. | default dict) "url" "kind" "hosts" "expectAuth" "insecure" "concurrency" "maxConcurrency" "requestsPerSecond" "requestsPerRun" "fullWalkEvery" "coverageAcceptedAt" "scrub" "timeout" "retries" "blobCheck" "readWithoutRange" "unpackLimit" "pageSize" "allowEmptyCatalog" "allowMissingPlatforms" "excludePlatforms" "referrers" "manifestLimit" "confirm" "repositories" "tags" "acknowledged" "platforms" "copies" "onlyForCopies" }}
{{- if not (kindIs "invalid" $value) }}
{{- $_ := set $given $key (include "registry-integrity-probe.withoutNull" $value | fromJson).value }}
{{- end }}
{{- end }}
{{- toYaml $given }}
{{- end }}

{{/* A value without the keys that null takes away, in mappings and lists of them, as the `value` of a JSON object. */}}
{{- define "registry-integrity-probe.withoutNull" -}}
{{- $value := . }}
{{- if kindIs "map" . }}
{{- $value = dict }}
{{- range $key, $member := . }}
{{- if not (kindIs "invalid" $member) }}
{{- $_ := set $value $key (include "registry-integrity-probe.withoutNull" $member | fromJson).value }}
{{- end }}
{{- end }}
{{- else if kindIs "slice" . }}
{{- $value = list }}
{{- range . }}
{{- $value = append $value (include "registry-integrity-probe.withoutNull" . | fromJson).value }}
{{- end }}
{{- end }}
{{- dict "value" $value | toJson }}
{{- end }}

{{/*
What the file says about credentials, from `registry` and the `folder` of its files (default `registry`); the user name
comes by the environment.
*/}}
{{- define "registry-integrity-probe.authConfig" -}}
{{- $auth := .registry.auth | default dict }}
{{- $folder := printf "%s/%s" (include "registry-integrity-probe.folder" .) (.folder | default "registry") }}
{{- if and $auth.existingSecret $auth.dockerConfigKey }}
dockerConfigFile: {{ $folder }}/config.json
{{- else if or $auth.existingSecret $auth.username }}
passwordFile: {{ $folder }}/password
{{- else if $auth.dockerConfigFile }}
dockerConfigFile: {{ $auth.dockerConfigFile | quote }}
{{- end }}
{{- with $auth.tokenHosts }}
tokenHosts: {{ toJson . }}
{{- end }}
{{- end }}

{{/* The one registry of a config file that is looked at, from `name`, `registry`, `auth` and `shards`. */}}
{{- define "registry-integrity-probe.registryConfig" }}
registries:
{{- include "registry-integrity-probe.registryEntry" . }}
{{- end }}

{{/* The registries that have copies, after the one that names them, from `root`, `name` and `registry`. */}}
{{- define "registry-integrity-probe.copiesConfig" }}
{{- range include "registry-integrity-probe.copySources" . | fromJsonArray }}
{{- $auth := include "registry-integrity-probe.authConfig" . | fromYaml }}
{{- with (.registry.auth | default dict).pullSecret }}
{{- $_ := set $auth "pullSecret" . }}
{{- end }}
{{- $registry := merge (dict "onlyForCopies" true) (omit .registry "copies" "onlyForCopies") }}
{{- include "registry-integrity-probe.registryEntry" (dict "name" .name "registry" $registry "auth" $auth "folder" .folder) }}
{{- end }}
{{- end }}

{{/* One registry of a config file, from `name`, `registry`, `auth`, `shards` and the `folder` of its files. */}}
{{- define "registry-integrity-probe.registryEntry" }}
{{- $folder := printf "%s/%s" (include "registry-integrity-probe.folder" .) (.folder | default "registry") }}
{{- $settings := include "registry-integrity-probe.given" .registry | fromYaml }}
{{- with .auth }}
{{- $_ := set $settings "auth" . }}
{{- end }}
{{- $bundle := .registry.caBundle | default dict }}
{{- if or $bundle.existingConfigMap $bundle.existingSecret }}
{{- $_ := set $settings "caFile" (printf "%s/ca.crt" $folder) }}
{{- end }}
{{- if (.registry.clientCertificate | default dict).existingSecret }}
{{- $_ := set $settings "certFile" (printf "%s/tls.crt" $folder) }}
{{- $_ := set $settings "keyFile" (printf "%s/tls.key" $folder) }}
{{- end }}
{{- if gt (int .shards) 1 }}
{{- $_ := set $settings "shards" (int .shards) }}
{{- end }}
  {{ .name | quote }}:
    {{- toYaml $settings | nindent 4 }}
{{- end }}
