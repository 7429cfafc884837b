{{- /*
The alerts, a group for every registry that is installed, so that each is exact: its selectors name one registry and its
shards, its texts the commands for this one. Rendered by `registry-integrity-probe.ruleGroups` in templates/_rules.tpl,
which adds `for`, severity and what the values say about all alerts. What they ask for is in templates/_rule-queries.tpl.
Prometheus' own templates stand in backticks. docs/decisions/0018-alert-rules.md has the reasons.
*/ -}}
groups:
{{- range $name, $registry := .Values._registries.walked }}
{{- with fromYaml (include "registry-integrity-probe.rulesOf" (dict "root" $ "name" $name "registry" $registry)) }}
{{- $of := . }}
{{- $report := ternary .report .log $.Values.kubernetes.report }}
{{- $rules := $.Values.prometheusRule.rules | default dict }}
  - name: registry-integrity-{{ .name }}
    registry: {{ .name | quote }}
    rules:
{{- range include "registry-integrity-probe.failures" (dict "of" . "rules" $rules) | fromJsonArray }}
      - alert: {{ .alert }}
        expr: |-
          {{- .expr | nindent 10 }}
        {{- with .severity }}
        severity: {{ . | quote }}
        {{- end }}
        annotations:
          summary: {{ include "registry-integrity-probe.failureSummary" (dict "of" $of "kind" .kind) | quote }}
          description: |-
            {{- include "registry-integrity-probe.failureText" (dict "of" $of "kind" .kind) | nindent 12 }}
            {{ ternary "Report" "Log" $.Values.kubernetes.report }}: {{ $report }}
{{- end }}
      - alert: RegistryIntegritySuspect
        expr: |-
          max by ({{ .by }}) (
            {{- include "registry-integrity-probe.fresh" (dict "of" $of "metric" "registry_integrity_suspect") | nindent 12 }}
          ) == 1
        defaultFor: {{ .untilNextEnd }}s
        annotations:
          summary: Nearly everything in registry {{ .name }} seems to be gone
          description: |-
            In the last walk of {{ .host }} nearly everything was missing: more likely its backend than its images.
            The findings of that walk are held back.
            Is its storage mounted, and is it the right registry? Do not rebuild or delete anything yet.
            Log: {{ .log }}
{{- if not .suspended }}
      - alert: RegistryIntegrityProbeStale
        expr: |-
          time() - {{ include "registry-integrity-probe.lastSuccess" (dict "of" . "metric" "registry_integrity_last_success_timestamp_seconds") | indent 10 | trim }} > {{ .staleAfter }}
          {{- if ne .promise "0" }}
          unless on ({{ .by }}) (
            {{ include "registry-integrity-probe.overdue" . }}
            and time() - min by ({{ .by }}) ({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_last_run_timestamp_seconds") }}) < {{ .staleAfter }}
          )
          {{- end }}
        labels:
          cause: overdue
        annotations:
          summary: Registry {{ .name }} was not walked completely for too long
          description: |-
            The last complete walk of {{ ternary "a shard of " "" (gt (int .shards) 1) }}{{ .host }} ended {{ `{{ $value | humanizeDuration }}` }} ago; nothing is known of its images since.
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Last runs: {{ .runs }}
            Log: {{ .log }}
{{- if $.Values.prometheusRule.kubeStateMetrics }}
      - alert: RegistryIntegrityProbeNotStarting
        expr: |-
          {{- include "registry-integrity-probe.notStarting" (dict "root" $ "of" . "job" (include "registry-integrity-probe.job" $) "effective" (include "registry-integrity-probe.effective" (dict "root" $ "name" $name "registry" $registry) | fromJson)) | nindent 10 }}
        annotations:
          summary: The probe of registry {{ .name }} does not start
          description: |-
            A pod of the probe of {{ .host }} is pending, or its Job has none, or none is made; nothing new is learned of its images.
            Describe the pod: is its image there, are its Secrets, is there room on a node?
            Last runs: {{ .runs }}
{{- end }}
      - alert: RegistryIntegrityProbeStale
        {{- if gt (int .shards) 1 }}
        expr: |-
          {{ .shards }} - sum by ({{ .by }}) (group by ({{ .group }}) (last_over_time(registry_integrity_last_success_timestamp_seconds{ {{- .in -}} }[5m]))) > 0
          or {{ .shards }} * absent_over_time(registry_integrity_last_success_timestamp_seconds{ {{- .in -}} }[5m])
        {{- else }}
        expr: |-
          absent_over_time(registry_integrity_last_success_timestamp_seconds{ {{- .in -}} }[5m])
        {{- end }}
        for: {{ .neverAfter }}s
        labels:
          cause: absent
        annotations:
          summary: No complete walk of registry {{ .name }} was reported
          description: |-
            {{- if gt (int .shards) 1 }}
            {{ `{{ $value | printf "%.0f" }}` }} of {{ .shards }} shards of {{ .host }} have never reported a complete walk, or the Pushgateway has lost it.
            {{- else }}
            No complete walk of {{ .host }} was ever reported, or the Pushgateway has lost it.
            {{- end }}
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Last runs: {{ .runs }}
            Log: {{ .log }}
{{- end }}
      - alert: RegistryCatalogInaccessible
        expr: |-
          max by ({{ .by }}) (
            {{- include "registry-integrity-probe.fresh" (dict "of" $of "metric" "registry_integrity_catalog_lost") | nindent 12 }}
          ) == 1
        forName: forLost
        labels:
          cause: lost
        annotations:
          summary: Registry {{ .name }} has lost all its repositories
          description: |-
            The catalog of {{ .host }} is empty or gone, asked more than once, and earlier runs saw repositories in it: no image pulls, or the probe sees none.
            Is the volume of its storage mounted, and is it the right one? Has the account of the probe lost its rights?
            Log: {{ .log }}
      - alert: RegistryCatalogInaccessible
        expr: |-
          min by ({{ .by }}) (
            {{- include "registry-integrity-probe.fresh" (dict "of" $of "metric" "registry_integrity_catalog_accessible") | nindent 12 }}
          ) == 0
          unless on ({{ .by }}) {{ include "registry-integrity-probe.seen" (dict "of" $of "metric" "registry_integrity_catalog_lost") }} == 1
        defaultFor: {{ .untilNextEnd }}s
        annotations:
          summary: The catalog of registry {{ .name }} cannot be listed
          description: |-
            {{- if gt (int .shards) 1 }}
            Not all of its {{ .shards }} shards can list the catalog of {{ .host }}; the images of those that cannot are not checked, and maybe cannot be pulled.
            {{- else }}
            The probe cannot list the catalog of {{ .host }}; none of its images is checked, and maybe none can be pulled.
            {{- end }}
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Log: {{ .log }}
{{- if not .mayBeEmpty }}
      - alert: RegistryIntegrityNothingChecked
        expr: |-
          sum by ({{ .by }}) ({{ include "registry-integrity-probe.seen" (dict "of" $of "metric" "registry_integrity_tags_checked") }}) == 0
        annotations:
          summary: Nothing was checked in registry {{ .name }}
          description: |-
            The walk of {{ .host }} was complete and looked at no tag: everything is excluded or deleted, or the account of the probe sees nothing.
            Log: {{ .log }}
{{- end }}
{{- if and (ne .promise "0") (not .suspended) }}
      - alert: RegistryIntegrityCoverageOverdue
        expr: {{ include "registry-integrity-probe.overdue" . | quote }}
        annotations:
          summary: Not all of registry {{ .name }} was walked within {{ .promised }}
          description: |-
            What is longest unseen in {{ .host }} was walked {{ `{{ $value | humanizeDuration }}` }} ago, and {{ .promised }} are promised.
            Let runs begin more often, take longer or ask for more, or promise less: `fullWalkEvery`, `requestsPerRun`, `shards`.
            {{- include "registry-integrity-probe.unknownReasons" . | nindent 12 }}
            Log: {{ .log }}
{{- end }}
      - alert: RegistryIntegrityCoverageDropped
        expr: |-
          max by ({{ .by }}) ({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_coverage_drop_ratio") }}) > {{ .dropRatio }}
          and on ({{ .by }}) sum by ({{ .by }}) ({{ include "registry-integrity-probe.seen" (dict "of" . "metric" "registry_integrity_coverage_drop_names") }}) >= 10
        annotations:
          summary: Far fewer images are listed in registry {{ .name }}
          description: |-
            {{ `{{ $value | humanizePercentage }}` }} of the repositories or tags of {{ .host }} are not listed any more: the list is cut short, or too much was deleted.
            What is not listed is not checked, and its findings are gone. If it is meant to be so, set `coverageAcceptedAt`.
            Log: {{ .log }}
      - alert: RegistryIntegrityPushRejected
        expr: |-
          {{- include "registry-integrity-probe.rejected" . | nindent 10 }}
        annotations:
          summary: The Pushgateway refused the results for registry {{ .name }}
          description: |-
            The Pushgateway refused the results for {{ .host }} at {{ `{{ $value | humanizeTimestamp }}` }}; all numbers of it are older.
            Status and reason: {{ .log }}
{{- with include "registry-integrity-probe.storageRulesOf" (dict "root" $ "name" $name "registry" $registry) | fromYaml }}
      - alert: RegistryStorageIntegrityFailure
        expr: |-
          sum by ({{ .by }}) (
            {{- include "registry-integrity-probe.storageFailures" . | nindent 12 }}
          )
        labels:
          job: {{ .jobText | quote }}
        annotations:
          summary: Images in the storage of registry {{ .name }} would not pull
          description: |-
            {{- include "registry-integrity-probe.storageText" . | nindent 12 }}
            A registry may go on serving some of it from its cache until it is restarted.
            Log: {{ .log }}
      - alert: RegistryIntegrityPushRejected
        expr: |-
          {{- include "registry-integrity-probe.rejected" . | nindent 10 }}
        labels:
          job: {{ .jobText | quote }}
        annotations:
          summary: The Pushgateway refused the results of the scan of registry {{ .name }}
          description: |-
            The Pushgateway refused what the scan of the files of {{ .host }} found at {{ `{{ $value | humanizeTimestamp }}` }}; all numbers of it are older.
            Status and reason: {{ .log }}
{{- if not .suspended }}
{{- if $.Values.prometheusRule.kubeStateMetrics }}
      - alert: RegistryIntegrityProbeNotStarting
        expr: |-
          {{- include "registry-integrity-probe.notStarting" (dict "root" $ "of" . "job" .job "effective" (include "registry-integrity-probe.storageEffective" (dict "root" $ "name" $name "registry" $registry) | fromJson)) | nindent 10 }}
        labels:
          job: {{ .jobText | quote }}
        annotations:
          summary: The scan of the storage of registry {{ .name }} does not start
          description: |-
            A pod of the scan of the files of {{ .host }} is pending, or its Job has none, or none is made; nothing new is learned of them.
            Describe the pod: are its image, its volume and its Secrets there, is there room on a node?
            Last scans: {{ .runs }}
{{- end }}
      - alert: RegistryStorageScanStale
        expr: |-
          time() - {{ include "registry-integrity-probe.lastSuccess" (dict "of" . "metric" "registry_integrity_storage_last_success_timestamp_seconds") | indent 10 | trim }} > {{ .staleAfter }}
        labels:
          cause: overdue
          job: {{ .jobText | quote }}
        annotations:
          summary: The storage of registry {{ .name }} was not scanned completely for too long
          description: |-
            The last complete scan of the files of {{ .host }} ended {{ `{{ $value | humanizeDuration }}` }} ago.
            Last scans: {{ .runs }}
            Log: {{ .log }}
      - alert: RegistryStorageScanStale
        expr: |-
          absent_over_time(registry_integrity_storage_last_success_timestamp_seconds{ {{- .in -}} }[5m])
        for: {{ .staleAfter }}s
        labels:
          cause: absent
          job: {{ .jobText | quote }}
        annotations:
          summary: No complete scan of the storage of registry {{ .name }} was reported
          description: |-
            No complete scan of the files of {{ .host }} was ever reported, or the Pushgateway has lost it.
            Last scans: {{ .runs }}
            Log: {{ .log }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
