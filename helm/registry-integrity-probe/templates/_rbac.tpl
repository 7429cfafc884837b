{{/*
A role and its binding to the service account, from `root`, `name`, `rules` and, for rights in all namespaces, `cluster`,
or for those in another one, `namespace`.
*/}}
{{- define "registry-integrity-probe.role" -}}
{{- $kind := ternary "ClusterRole" "Role" (not (empty .cluster)) -}}
{{- $metadata := include "registry-integrity-probe.metadata" (dict "root" .root "name" .name "component" "probe" "cluster" .cluster "namespace" .namespace) -}}
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

{{/*
Rights on what runs in the cluster, from `root`, `suffix` and `rules`: in all namespaces, or in those of the values, where
roles have the name that one of the cluster would have, since releases of others may give some there too.
*/}}
{{- define "registry-integrity-probe.clusterRoles" -}}
{{- $name := include "registry-integrity-probe.clusterRoleName" . }}
{{- range .root.Values.kubernetes.namespaces | default list | uniq }}
{{- include "registry-integrity-probe.role" (dict "root" $.root "namespace" . "name" $name "rules" $.rules) }}
{{- else }}
{{- include "registry-integrity-probe.role" (dict "root" $.root "cluster" true "name" $name "rules" $.rules) }}
{{- end }}
{{- end }}
