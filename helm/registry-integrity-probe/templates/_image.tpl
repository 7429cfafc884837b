{{/* The reference of an image, from `root`, `image` and the `tag` that goes for an empty one. */}}
{{- define "registry-integrity-probe.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry | trimAll "/" }}
{{- $repository := ternary (printf "%s/%s" $registry .image.repository) .image.repository (not (empty $registry)) }}
{{- if .image.digest }}
{{- printf "%s@%s" $repository .image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (default .tag .image.tag) }}
{{- end }}
{{- end }}

{{/* The pull secrets of all pods, as `imagePullSecrets` of a pod; nothing when there are none. */}}
{{- define "registry-integrity-probe.imagePullSecrets" -}}
{{- $secrets := list }}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.imagePullSecrets | default list) }}
{{- $secrets = append $secrets (ternary (dict "name" .) . (kindIs "string" .)) }}
{{- end }}
{{- with $secrets | uniq -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
