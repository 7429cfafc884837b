{{/* Where the config file and everything that it names are mounted. */}}
{{- define "registry-integrity-probe.folder" -}}
/etc/registry-integrity-probe
{{- end }}

{{/* The Secret with a registry's credentials, from `registry` and `cronjob`; nothing when none is mounted. */}}
{{- define "registry-integrity-probe.authSecret" -}}
{{- $auth := .registry.auth | default dict }}
{{- if $auth.existingSecret }}
{{- $auth.existingSecret }}
{{- else if $auth.username }}
{{- .cronjob }}-auth
{{- end }}
{{- end }}

{{/* The key of the `username` or the `password` in that Secret, from `auth` and `key`. */}}
{{- define "registry-integrity-probe.authKey" -}}
{{- $named := get .auth (printf "%sKey" .key) }}
{{- if and .auth.existingSecret $named }}{{ $named }}{{ else }}{{ .key }}{{ end }}
{{- end }}

{{/*
The files of a registry as sources of a projected volume, from `registry`, `cronjob`, the `folder` that they are in
(default `registry`) and, for pods without a token, `mountPullSecret`.
*/}}
{{- define "registry-integrity-probe.registryFiles" -}}
{{- $folder := .folder | default "registry" }}
{{- $auth := .registry.auth | default dict }}
{{- with include "registry-integrity-probe.authSecret" . }}
- secret:
    name: {{ . | quote }}
    items:
      {{- if and $auth.existingSecret $auth.dockerConfigKey }}
      - { key: {{ $auth.dockerConfigKey | quote }}, path: {{ $folder }}/config.json }
      {{- else }}
      - { key: {{ include "registry-integrity-probe.authKey" (dict "auth" $auth "key" "password") | quote }}, path: {{ $folder }}/password }
      {{- end }}
{{- end }}
{{- if and $auth.pullSecret .mountPullSecret }}
- secret:
    name: {{ $auth.pullSecret | quote }}
    items:
      - { key: .dockerconfigjson, path: {{ $folder }}/config.json }
{{- end }}
{{- include "registry-integrity-probe.caBundle" (dict "bundle" .registry.caBundle "path" (printf "%s/ca.crt" $folder)) }}
{{- include "registry-integrity-probe.clientCertificate" (dict "certificate" .registry.clientCertificate "folder" $folder) }}
{{- end }}

{{/* The files of the Pushgateway as sources of a projected volume. */}}
{{- define "registry-integrity-probe.pushgatewayFiles" -}}
{{- $auth := .Values.pushgateway.auth }}
{{- if $auth.existingSecret }}
- secret:
    name: {{ $auth.existingSecret | quote }}
    items:
      {{- if $auth.bearerTokenKey }}
      - { key: {{ $auth.bearerTokenKey | quote }}, path: pushgateway/token }
      {{- else }}
      - { key: {{ $auth.passwordKey | quote }}, path: pushgateway/password }
      {{- end }}
{{- end }}
{{- include "registry-integrity-probe.caBundle" (dict "bundle" .Values.pushgateway.caBundle "path" "pushgateway/ca.crt") }}
{{- include "registry-integrity-probe.clientCertificate" (dict "certificate" .Values.pushgateway.clientCertificate "folder" "pushgateway") }}
{{- end }}

{{- define "registry-integrity-probe.caBundle" -}}
{{- $bundle := .bundle | default dict }}
{{- $items := list (dict "key" ($bundle.key | default "ca.crt") "path" .path) }}
{{- with $bundle.existingConfigMap }}
- configMap:
    name: {{ . | quote }}
    items: {{ toJson $items }}
{{- end }}
{{- with $bundle.existingSecret }}
- secret:
    name: {{ . | quote }}
    items: {{ toJson $items }}
{{- end }}
{{- end }}

{{- define "registry-integrity-probe.clientCertificate" -}}
{{- with (.certificate | default dict).existingSecret }}
- secret:
    name: {{ . | quote }}
    items:
      - { key: tls.crt, path: {{ $.folder }}/tls.crt }
      - { key: tls.key, path: {{ $.folder }}/tls.key }
{{- end }}
{{- end }}

{{/* The config file as a source of a projected volume, from `configMap` and `key`. */}}
{{- define "registry-integrity-probe.configFile" -}}
- configMap:
    name: {{ .configMap | quote }}
    items:
      - { key: {{ .key }}, path: config.yaml }
{{- end }}
