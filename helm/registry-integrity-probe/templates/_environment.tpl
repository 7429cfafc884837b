{{/*
The variable of a registry's user name, from `name`, `registry` and `cronjob`; passwords are mounted, and the rest is in
the config file.
*/}}
{{- define "registry-integrity-probe.registryEnvironment" -}}
{{- $auth := .registry.auth | default dict }}
{{- $secret := include "registry-integrity-probe.authSecret" . }}
{{- if and $secret (not (and $auth.existingSecret $auth.dockerConfigKey)) }}
- name: PROBE_REGISTRIES_{{ .name | upper | replace "-" "_" }}_AUTH_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ include "registry-integrity-probe.authKey" (dict "auth" $auth "key" "username") | quote }}
{{- end }}
{{- end }}

{{/* The variable of the user name for the Pushgateway. */}}
{{- define "registry-integrity-probe.pushgatewayEnvironment" -}}
{{- $auth := .Values.pushgateway.auth }}
{{- if and $auth.existingSecret (not $auth.bearerTokenKey) }}
- name: PROBE_PUSHGATEWAY_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $auth.existingSecret | quote }}
      key: {{ $auth.usernameKey | quote }}
{{- end }}
{{- end }}

{{/*
The variables of a pod's shard, from `root` and `effective`; an Indexed Job writes the index into an annotation. The
kubelet puts it into the name of the shard's state, which therefore is not in the config file.
*/}}
{{- define "registry-integrity-probe.shardEnvironment" -}}
- name: PROBE_SHARD
  valueFrom:
    fieldRef:
      fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']
{{- if .root.Values.kubernetes.state }}
- name: PROBE_KUBERNETES_STATE
  value: {{ .effective.cronjob }}-$(PROBE_SHARD)-state
{{- end }}
{{- end }}
