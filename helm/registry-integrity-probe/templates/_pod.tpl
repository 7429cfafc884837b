{{/*
A pod of the probe, from `root`, what it goes by (`effective`), `args`, `files` (sources of the mounted folder) and,
where wanted, `env`, `token`, `serviceAccountName`, `restartPolicy`, `gracePeriodSeconds`, `cache` (the claim of a volume
for manifests), `storage` (the volume of a registry's files), `podSecurityContext` (in addition to the common one), `extras` (what the user adds to the pod) and `sidecars` (the user's containers beside it).
*/}}
{{- define "registry-integrity-probe.podSpec" -}}
{{- $values := .root.Values -}}
restartPolicy: {{ .restartPolicy | default "Never" }}
automountServiceAccountToken: {{ not (empty .token) }}
{{- with .serviceAccountName }}
serviceAccountName: {{ . | quote }}
{{- end }}
# Variables for the Services of the namespace are of no use here.
enableServiceLinks: false
{{- with .gracePeriodSeconds }}
terminationGracePeriodSeconds: {{ int . }}
{{- end }}
{{- with include "registry-integrity-probe.imagePullSecrets" .root }}
{{ . }}
{{- end }}
{{- $fsGroup := dict }}
{{- if and .cache (gt (int $values.cache.fsGroup) 0) }}
{{- $fsGroup = dict "fsGroup" (int $values.cache.fsGroup) }}
{{- end }}
{{- $security := mergeOverwrite (dict) (deepCopy ($values.podSecurityContext | default dict)) (.podSecurityContext | default dict) }}
{{- with merge $security $fsGroup }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "registry-integrity-probe.placement" . }}
{{- with and .extras .effective.extraInitContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: probe
    image: {{ include "registry-integrity-probe.image" (dict "root" .root "image" $values.image "tag" .root.Chart.AppVersion) | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args:
      {{- toYaml .args | nindent 6 }}
    {{- with concat (fromYamlArray (.env | default "[]")) (ternary .effective.extraEnv list (not (empty .extras))) }}
    env:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with and .extras $values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .effective.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $values.securityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumeMounts:
      - name: files
        mountPath: {{ include "registry-integrity-probe.folder" .root }}
        readOnly: true
      - name: tmp
        mountPath: /tmp
      {{- if .cache }}
      - name: cache
        mountPath: {{ include "registry-integrity-probe.cacheFolder" . }}
      {{- end }}
      {{- with .storage }}
      - name: storage
        mountPath: {{ include "registry-integrity-probe.storageFolder" . }}
        {{- with .subPath }}
        subPath: {{ . | quote }}
        {{- end }}
        readOnly: true
      {{- end }}
      {{- with and .extras .effective.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with and .sidecars $values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: files
    projected:
      sources:
        {{- .files | trim | nindent 8 }}
  - name: tmp
    emptyDir: {}
  {{- with .cache }}
  - name: cache
    persistentVolumeClaim:
      claimName: {{ . | quote }}
  {{- end }}
  {{- with .storage }}
  - name: storage
    {{- if .hostPath }}
    # One that is not there is an error, and no empty registry.
    hostPath: { path: {{ .hostPath | quote }}, type: Directory }
    {{- else }}
    # Read-only as a volume, too, so that no node changes whose its files are.
    persistentVolumeClaim: { claimName: {{ .existingClaim | quote }}, readOnly: true }
    {{- end }}
  {{- end }}
  {{- with and .extras .effective.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Where and how a pod is run: everything that keeps one name in the values and in a pod. */}}
{{- define "registry-integrity-probe.placement" }}
{{- $values := .root.Values }}
{{- $placement := dict
  "nodeSelector" .effective.nodeSelector
  "tolerations" .effective.tolerations
  "affinity" .effective.affinity
  "topologySpreadConstraints" .effective.topologySpreadConstraints
  "priorityClassName" .effective.priorityClassName
  "runtimeClassName" $values.runtimeClassName
  "schedulerName" $values.schedulerName
  "hostAliases" $values.hostAliases
  "dnsPolicy" $values.dnsPolicy
  "dnsConfig" $values.dnsConfig }}
{{- range $key, $value := $placement }}
{{- if $value }}
{{ $key }}:
  {{- toYaml $value | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
