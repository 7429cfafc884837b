{{- /*
The alerts, one rule of each for every registry that is installed, so that each is exact: its selectors name one
registry and its shards, its texts the commands for this one. Rendered by `registry-integrity-probe.ruleGroups` in
templates/_rules.tpl, which adds `for`, severity and what the values say about all alerts. Prometheus' own templates
stand in backticks. docs/decisions/0018-alert-rules.md has the reasons.
*/ -}}
groups:
  - name: registry-integrity
    rules:
{{- range $name, $registry := fromYaml (include "registry-integrity-probe.registries" .) }}
{{- with fromYaml (include "registry-integrity-probe.rulesOf" (dict "root" $ "name" $name "registry" $registry)) }}
{{- $of := . }}
{{- $failure := get ($.Values.prometheusRule.rules | default dict) "RegistryManifestIntegrityFailure" | default dict }}
{{- $cases := list (dict "found" "all") }}
{{- if and $failure.severityUnused (ne $failure.severityUnused $failure.severity) }}
{{- $cases = list (dict "found" "used") (dict "found" "unused" "severity" $failure.severityUnused) }}
{{- end }}
{{- range $cases }}
      - alert: RegistryManifestIntegrityFailure
        {{- if eq .found "all" }}
        expr: sum by ({{ $of.by }}) ({__name__=~"registry_integrity_(partial_)?failures",{{ $of.in }}}) > 0
        {{- else if eq .found "used" }}
        expr: |-
          group by ({{ $of.by }}) (
            {{- include "registry-integrity-probe.maybeInUse" $of | nindent 12 }}
          )
        {{- else }}
        expr: |-
          sum by ({{ $of.by }}) (registry_integrity_failures{ {{- $of.in -}} }) > 0
          unless on () (
            {{- include "registry-integrity-probe.maybeInUse" $of | nindent 12 }}
          )
        {{- end }}
        labels:
          registry: {{ $of.name | quote }}
          {{- with .severity }}
          severity: {{ . | quote }}
          {{- end }}
        annotations:
          summary: Images of registry {{ $of.name }} would not pull
          description: |-
            {{- include "registry-integrity-probe.brokenTags" (dict "of" $of) | nindent 12 }}
            Digests, platforms, cause and next step of each: {{ ternary $of.report $of.log $.Values.kubernetes.report }}
            After the repair: {{ $of.runNow }}
{{- end }}
      - alert: RegistryIntegritySuspect
        expr: |-
          max by ({{ .by }}) (
            registry_integrity_suspect{ {{- .in -}} }
            and time() - registry_integrity_last_run_timestamp_seconds < {{ .staleAfter }}
          ) == 1
        defaultFor: {{ .untilNextEnd }}s
        labels:
          registry: {{ .name | quote }}
        annotations:
          summary: Nearly everything in registry {{ .name }} seems to be gone
          description: |-
            In the last walk of registry {{ .name }} nearly everything was missing, which is more likely its backend than its images.
            The findings of that walk are held back, and the counts are those of the walk before it.
            See whether its storage is mounted and its address leads to the right registry; do not rebuild or delete anything yet.
            What was seen: {{ .log }}
{{- if not .suspended }}
      - alert: RegistryIntegrityProbeStale
        expr: time() - min by ({{ .by }}) (registry_integrity_last_success_timestamp_seconds{ {{- .in -}} }) > {{ .staleAfter }}
        labels:
          cause: overdue
          registry: {{ .name | quote }}
        annotations:
          summary: Registry {{ .name }} was not walked completely for too long
          description: |-
            The last complete walk of {{ ternary "a shard of " "" (gt (int .shards) 1) }}registry {{ .name }} ended {{ `{{ $value | humanizeDuration }}` }} ago; nothing is known of its images since.
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Last runs: {{ .runs }}
            Log: {{ .log }}
      - alert: RegistryIntegrityProbeStale
        {{- if gt (int .shards) 1 }}
        expr: |-
          {{ .shards }} - sum by ({{ .by }}) (group by ({{ .by }}, shard) (registry_integrity_last_success_timestamp_seconds{ {{- .in -}} })) > 0
          or {{ .shards }} * absent(registry_integrity_last_success_timestamp_seconds{ {{- .in -}} })
        {{- else }}
        expr: absent(registry_integrity_last_success_timestamp_seconds{ {{- .in -}} })
        {{- end }}
        for: {{ .staleAfter }}s
        labels:
          cause: absent
          registry: {{ .name | quote }}
        annotations:
          summary: No complete walk of registry {{ .name }} was reported
          description: |-
            {{- if gt (int .shards) 1 }}
            {{ `{{ $value | printf "%.0f" }}` }} of {{ .shards }} shards of registry {{ .name }} have never reported a complete walk, or the Pushgateway has lost it.
            {{- else }}
            No complete walk of registry {{ .name }} was ever reported, or the Pushgateway has lost it.
            {{- end }}
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Last runs: {{ .runs }}
            Log: {{ .log }}
{{- end }}
      - alert: RegistryCatalogInaccessible
        expr: |-
          min by ({{ .by }}) (
            registry_integrity_catalog_accessible{ {{- .in -}} }
            and time() - registry_integrity_last_run_timestamp_seconds < {{ .staleAfter }}
          ) == 0
        defaultFor: {{ .untilNextEnd }}s
        labels:
          registry: {{ .name | quote }}
        annotations:
          summary: The catalog of registry {{ .name }} cannot be listed
          description: |-
            {{- if gt (int .shards) 1 }}
            The probe runs, and not all of its {{ .shards }} shards can list the catalog of registry {{ .name }}; the images of those that cannot are not checked, and maybe cannot be pulled.
            {{- else }}
            The probe runs, and it cannot list the catalog of registry {{ .name }}; none of its images is checked, and maybe none can be pulled.
            {{- end }}
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Log: {{ .log }}
            After the repair: {{ .runNow }}
{{- if not .mayBeEmpty }}
      - alert: RegistryIntegrityNothingChecked
        expr: sum by ({{ .by }}) (registry_integrity_tags_checked{ {{- .in -}} }) == 0
        labels:
          registry: {{ .name | quote }}
        annotations:
          summary: Nothing was checked in registry {{ .name }}
          description: |-
            The walk of registry {{ .name }} was complete and looked at no tag: everything is excluded or deleted, or the account of the probe sees nothing.
            Log: {{ .log }}
{{- end }}
      - alert: RegistryIntegrityPushRejected
        expr: max by ({{ .by }}) (push_failure_time_seconds{ {{- .in -}} } > push_time_seconds)
        labels:
          registry: {{ .name | quote }}
        annotations:
          summary: The Pushgateway refused the results for registry {{ .name }}
          description: |-
            The Pushgateway refused the results for registry {{ .name }} at {{ `{{ $value | humanizeTimestamp }}` }}; all numbers of it are older.
            Status and reason: {{ .log }}
{{- end }}
{{- end }}
