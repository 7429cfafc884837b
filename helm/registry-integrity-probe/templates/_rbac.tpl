{{/*
A role and its binding to the service account, from `root`, `name`, `rules` and, for rights in all namespaces, `cluster`.
*/}}
{{- define "registry-integrity-probe.role" -}}
{{- $kind := ternary "ClusterRole" "Role" (not (empty .cluster)) -}}
{{- $metadata := include "registry-integrity-probe.metadata" (dict "root" .root "name" .name "component" "probe" "cluster" .cluster) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  {{- $metadata | nindent 2 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  {{- $metadata | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ .name | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ include "registry-integrity-probe.serviceAccountName" .root | quote }}
    namespace: {{ include "registry-integrity-probe.namespace" .root | quote }}
{{ end }}

{{/* The name of a role of the whole cluster, from `root` and `suffix`: releases of one name may stand in two namespaces. */}}
{{- define "registry-integrity-probe.clusterRoleName" -}}
{{ include "registry-integrity-probe.namespace" .root }}:{{ include "registry-integrity-probe.objectName" . }}
{{- end }}
