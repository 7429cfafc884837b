{{/*
The alerts on what is broken, as a JSON list of `alert`, `expr`, `severity` and `kind` (which texts it has), from what
rulesOf gives (`of`) and the settings of the alerts (`rules`). What is told apart has an alert of its own: what pulls all
the same (Partial), and what nobody uses (Unused). Of one repository exactly one of them fires, the worst. What has no
series of its own may be anything, so it is the worst.
*/}}
{{- define "registry-integrity-probe.failures" -}}
{{- $of := .of }}
{{- $pulls := `affects!~"other_platform|attestation"` }}
{{- $whole := eq $of.failurePer "registry" }}
{{- $critical := include "registry-integrity-probe.broken" (dict "of" $of "matchers" (printf `%s,used!="no"` $pulls)) }}
{{- $unnamed := include "registry-integrity-probe.unnamed" $of }}
{{- $failure := get .rules "RegistryManifestIntegrityFailure" | default dict }}
{{- if $whole }}
{{- $critical = printf "%s\nor %s" $critical $unnamed }}
{{- end }}
{{- $failures := $critical }}
{{- if not $whole }}
{{- $failures = printf "%s\nor count_values by (%s) (\"unnamed\",\n%s\n)" $critical $of.by (indent 2 $unnamed) }}
{{- end }}
{{- $alerts := list (dict "kind" "failure" "alert" "RegistryManifestIntegrityFailure" "expr" $failures) }}
{{- $broken := include "registry-integrity-probe.broken" (dict "of" $of "matchers" (printf `%s,used="no"` $pulls)) }}
{{- $severity := coalesce (get .rules "RegistryManifestIntegrityFailureUnused").severity $failure.severityUnused $failure.severity "critical" }}
{{- $alerts = append $alerts (dict "kind" "unused" "alert" "RegistryManifestIntegrityFailureUnused" "severity" $severity "expr" (printf "%s\nunless on (%s) (\n%s\n)" $broken $of.per (indent 2 $critical))) }}
{{- $broken := include "registry-integrity-probe.broken" (dict "of" $of "matchers" `affects=~"other_platform|attestation"`) }}
{{- $pulled := include "registry-integrity-probe.broken" (dict "of" $of "matchers" $pulls) }}
{{- if $whole }}
{{- $pulled = printf "%s\nor %s" $pulled $unnamed }}
{{- end }}
{{- $alerts = append $alerts (dict "kind" "partial" "alert" "RegistryManifestIntegrityFailurePartial" "expr" (printf "%s\nunless on (%s) (\n%s\n)" $broken $of.per (indent 2 $pulled))) }}
{{- toJson $alerts }}
{{- end }}
