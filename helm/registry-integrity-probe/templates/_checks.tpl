{{/* Ends the rendering, with one sentence, for values that cannot work together. Shapes are the schema's. */}}
{{- define "registry-integrity-probe.checks" -}}
{{- $registries := .Values._registries.walked }}
{{- if not $registries }}
{{- fail "registries: no registry is enabled; give one, such as `registries.prod.url=https://registry.example.com`." }}
{{- end }}
{{- include "registry-integrity-probe.checkNames" . }}
{{- include "registry-integrity-probe.checkImage" . }}
{{- include "registry-integrity-probe.checkRules" . }}
{{- include "registry-integrity-probe.checkPushgateway" . }}
{{- include "registry-integrity-probe.checkTogether" . }}
{{- range $name, $_ := .Values._registries.all }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$" $name) }}
{{- fail (printf "registries: %q is no name for a registry; take 1 to 40 lower-case letters, digits and `-`, with neither end a `-`." $name) }}
{{- end }}
{{- end }}
{{- $names := dict }}
{{- $states := dict }}
{{- range $name, $registry := $registries }}
{{- $effective := include "registry-integrity-probe.effective" (dict "root" $ "name" $name "registry" $registry) | fromJson }}
{{- if hasKey $names $effective.cronjob }}
{{- fail (printf "registries: %s and %s both make the name %s; rename one, or shorten fullnameOverride." (get $names $effective.cronjob) $name $effective.cronjob) }}
{{- end }}
{{- $_ := set $names $effective.cronjob $name }}
{{- if include "registry-integrity-probe.hasStorage" $registry }}
{{- $storage := include "registry-integrity-probe.storageEffective" (dict "root" $ "name" $name "registry" $registry) | fromJson }}
{{- if hasKey $names $storage.cronjob }}
{{- fail (printf "registries: %s and the storage of %s both make the name %s; rename one." (get $names $storage.cronjob) $name $storage.cronjob) }}
{{- end }}
{{- $_ := set $names $storage.cronjob (printf "the storage of %s" $name) }}
{{- include "registry-integrity-probe.checkStorage" (dict "path" (printf "registries.%s.storage" $name) "effective" $storage "state" $.Values.kubernetes.state "what" "scan") }}
{{- end }}
{{- range $state := include "registry-integrity-probe.stateNames" $effective | trim | splitList "\n" }}
{{- if hasKey $states $state }}
{{- fail (printf "registries: %s and %s both make the ConfigMap %s; rename one." (get $states $state) $name $state) }}
{{- end }}
{{- $_ := set $states $state $name }}
{{- end }}
{{- include "registry-integrity-probe.checkRegistry" (dict "path" (printf "registries.%s" $name) "registry" $registry) }}
{{- include "registry-integrity-probe.checkCopies" (dict "root" $ "name" $name "registry" $registry) }}
{{- range $effective.extraVolumes }}
{{- if has .name (list "files" "tmp" "cache") }}
{{- fail (printf "extraVolumes: the pods have a volume of the name %s already; take another one." .name) }}
{{- end }}
{{- end }}
{{- include "registry-integrity-probe.checkTimes" (dict "path" (printf "registries.%s" $name) "effective" $effective "state" $.Values.kubernetes.state) }}
{{- include "registry-integrity-probe.checkChoice" (dict "root" $ "path" (printf "registries.%s" $name) "registry" $registry) }}
{{- end }}
{{- include "registry-integrity-probe.checkWalk" (dict "path" "registryDefaults" "settings" .Values.registryDefaults) }}
{{- end }}

{{- define "registry-integrity-probe.checkImage" -}}
{{- if not .Values.image.repository }}
{{- fail "image.repository is empty; name the repository of the probe's image." }}
{{- end }}
{{- $images := dict "image" (include "registry-integrity-probe.image" (dict "root" . "image" .Values.image "tag" .Chart.AppVersion)) }}
{{- if .Values.pushgateway.enabled }}
{{- $_ := set $images "pushgateway.image" (include "registry-integrity-probe.image" (dict "root" . "image" .Values.pushgateway.image)) }}
{{- end }}
{{- $part := "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*" }}
{{- $host := "([a-zA-Z0-9][-a-zA-Z0-9.]*|\\[[0-9a-fA-F:.]+\\])(:[0-9]+)?" }}
{{- $reference := printf "^(%s/)?%s(/%s)*(:[a-zA-Z0-9_][-a-zA-Z0-9_.]{0,127})?(@[-a-zA-Z0-9:]+)?$" $host $part $part }}
{{- range $path, $image := $images }}
{{- if not (regexMatch $reference $image) }}
{{- fail (printf "%s and global.imageRegistry make %q, which is no image; give a host without a scheme, a path in lower-case letters and a tag." $path $image) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "registry-integrity-probe.checkPushgateway" -}}
{{- $pushgateway := .Values.pushgateway }}
{{- if and $pushgateway.enabled $pushgateway.url }}
{{- fail (printf "pushgateway.enabled installs a Pushgateway and pushgateway.url names another one (%s); give one of the two." $pushgateway.url) }}
{{- end }}
{{- if not (or $pushgateway.enabled $pushgateway.url) }}
{{- fail "pushgateway.url is empty; give the URL of your Pushgateway, or install one with pushgateway.enabled=true." }}
{{- end }}
{{- with $pushgateway.url }}
{{- if not (regexMatch "^[hH][tT][tT][pP][sS]?://" .) }}
{{- fail (printf "pushgateway.url is %q, without a scheme; begin it with http:// or https://." .) }}
{{- end }}
{{- include "registry-integrity-probe.checkAddress" (dict "path" "pushgateway.url" "url" . "example" "http://pushgateway.example.com:9091") }}
{{- end }}
{{- range $label := list "job" "registry" "shard" "instance" "alertname" "severity" "cause" "object" "fault" "repository" "tag" "reason" "version" "method" "used" "affects" "platform" "used_by" "copies" "unnamed" }}
{{- if hasKey ($pushgateway.groupingLabels | default dict) $label }}
{{- fail (printf "pushgateway.groupingLabels: %s is a label of the metrics or the alerts already; take another name." $label) }}
{{- end }}
{{- end }}
{{- include "registry-integrity-probe.checkCaBundle" (dict "path" "pushgateway" "bundle" $pushgateway.caBundle) }}
{{- end }}

{{/* Values of the whole release that do not go together. */}}
{{- define "registry-integrity-probe.checkTogether" -}}
{{- $folders := compact (list .Values.grafanaDashboard.operator.folder .Values.grafanaDashboard.operator.folderUID .Values.grafanaDashboard.operator.folderRef) }}
{{- if gt (len $folders) 1 }}
{{- fail (printf "grafanaDashboard.operator: folder, folderUID and folderRef exclude each other, and %s are given; keep one." (join " and " $folders)) }}
{{- end }}
{{- if ne .Values.restartPolicy "Never" }}
{{- if or .Values.job.podFailurePolicy (not (kindIs "invalid" .Values.job.backoffLimitPerIndex)) }}
{{- fail (printf "restartPolicy %s goes with neither job.podFailurePolicy nor job.backoffLimitPerIndex; set both to null." .Values.restartPolicy) }}
{{- end }}
{{- end }}
{{- if and .Values.kubernetes.events (not .Values.kubernetes.inUse) }}
{{- fail "kubernetes.events is for the workloads that use what is broken; set kubernetes.inUse too." }}
{{- end }}
{{- if lt (int .Values.terminationGracePeriodSeconds) 50 }}
{{- fail (printf "terminationGracePeriodSeconds is %d; it has to be 50 or more, or a walk that is ended early loses its result." (int .Values.terminationGracePeriodSeconds)) }}
{{- end }}
{{- include "registry-integrity-probe.checkServiceAccount" . }}
{{- range $key := list "httpProxy" "httpsProxy" }}
{{- if contains "@" (get $.Values.proxy $key) }}
{{- fail (printf "proxy.%s has credentials, and a ConfigMap is no place for them; give PROBE_PROXY_%s by extraEnv from a Secret." $key (trimSuffix "Proxy" $key | upper)) }}
{{- end }}
{{- with get $.Values.proxy $key }}
{{- include "registry-integrity-probe.checkAddress" (dict "path" (printf "proxy.%s" $key) "url" . "example" "http://proxy.example.com:3128") }}
{{- end }}
{{- end }}
{{- end }}

{{/* Rights are not given to the service account that every pod of the namespace has, unless it is named. */}}
{{- define "registry-integrity-probe.checkServiceAccount" -}}
{{- if and .Values.rbac.create (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- range $name, $registry := .Values._registries.walked }}
{{- if include "registry-integrity-probe.needsApi" (dict "root" $ "name" $name "registry" .) }}
{{- fail "serviceAccount.create=false without serviceAccount.name would give the rights of the probe to every pod of the namespace; name the service account, or set rbac.create=false." }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* One registry, from `path` and `registry`. */}}
{{- define "registry-integrity-probe.checkRegistry" -}}
{{- if not .registry.url }}
{{- fail (printf "%s.url is missing; give the address of the registry, such as https://registry.example.com." .path) }}
{{- end }}
{{- include "registry-integrity-probe.checkAddress" (dict "path" (printf "%s.url" .path) "url" .registry.url "example" "https://registry.example.com") }}
{{- if regexMatch "/v[12]/*$" .registry.url }}
{{- fail (printf "%s.url is %s; leave out the /v2, which every request adds." .path .registry.url) }}
{{- end }}
{{- $auth := .registry.auth | default dict }}
{{- $given := list }}
{{- range $key := list "existingSecret" "username" "pullSecret" "dockerConfigFile" }}
{{- if get $auth $key }}
{{- $given = append $given $key }}
{{- end }}
{{- end }}
{{- if gt (len $given) 1 }}
{{- fail (printf "%s.auth: %s exclude each other; keep one." .path (join " and " $given)) }}
{{- end }}
{{- if ne (empty $auth.username) (empty $auth.password) }}
{{- fail (printf "%s.auth: username and password go together, and %s is missing." .path (ternary "username" "password" (empty $auth.username))) }}
{{- end }}
{{- include "registry-integrity-probe.checkCaBundle" (dict "path" .path "bundle" .registry.caBundle) }}
{{- include "registry-integrity-probe.checkWalk" (dict "path" .path "settings" .registry) }}
{{- end }}

{{/* From `path` and `bundle`. */}}
{{- define "registry-integrity-probe.checkCaBundle" -}}
{{- $bundle := .bundle | default dict }}
{{- if and $bundle.existingConfigMap $bundle.existingSecret }}
{{- fail (printf "%s.caBundle: existingConfigMap (%s) and existingSecret (%s) exclude each other; keep one." .path $bundle.existingConfigMap $bundle.existingSecret) }}
{{- end }}
{{- end }}

{{/* Where the files of a registry are, and when they are scanned, from `path`, `effective` and `state`. */}}
{{- define "registry-integrity-probe.checkStorage" -}}
{{- $given := compact (list .effective.existingClaim .effective.hostPath) }}
{{- if not $given }}
{{- fail (printf "%s: neither existingClaim nor hostPath is given; give the one that the registry keeps its files in." .path) }}
{{- end }}
{{- if gt (len $given) 1 }}
{{- fail (printf "%s: existingClaim (%s) and hostPath (%s) exclude each other; keep one." .path .effective.existingClaim .effective.hostPath) }}
{{- end }}
{{- if has ".." (splitList "/" .effective.subPath) }}
{{- fail (printf "%s: subPath is %s; it may not lead out of the volume." .path .effective.subPath) }}
{{- end }}
{{- include "registry-integrity-probe.checkTimes" . }}
{{- end }}

{{/* The times of one registry, from `path`, what it goes by (`effective`) and `what` it starts, if that is no walk. */}}
{{- define "registry-integrity-probe.checkTimes" -}}
{{- $schedule := .effective.schedule }}
{{- $periods := include "registry-integrity-probe.periods" $schedule | default "{}" | fromJson }}
{{- with .effective.periodSeconds }}
{{- $periods = dict "shortest" . "longest" . }}
{{- end }}
{{- if not $periods }}
{{- fail (printf "%s: the period of the schedule %q cannot be told; give the longest time between two starts as periodSeconds." .path $schedule) }}
{{- end }}
{{- $deadline := int .effective.activeDeadlineSeconds }}
{{- if le $deadline 60 }}
{{- fail (printf "%s: activeDeadlineSeconds is %d; it has to be more than 60, for the last 60 seconds are for delivering." .path $deadline) }}
{{- end }}
{{- if ge $deadline (int $periods.shortest) }}
{{- fail (printf "%s: activeDeadlineSeconds is %d, and the schedule %q starts a %s after %d seconds; it has to be less." .path $deadline $schedule (.what | default "walk") (int $periods.shortest)) }}
{{- end }}
{{- with .effective.fullWalkEvery }}
{{- if lt (include "registry-integrity-probe.seconds" . | int64) (int64 $periods.longest) }}
{{- fail (printf "%s: fullWalkEvery is %s, and the schedule %q starts a walk after up to %d seconds; it has to be that long or longer." $.path . $schedule (int $periods.longest)) }}
{{- end }}
{{- if not $.state }}
{{- fail (printf "%s: fullWalkEvery is %s, which takes a state from run to run; set kubernetes.state too." $.path .) }}
{{- end }}
{{- end }}
{{- $twice := mul 2 (int $periods.longest) }}
{{- if lt (int .effective.staleAfterSeconds) $twice }}
{{- fail (printf "%s: staleAfterSeconds is %d, less than two periods of the schedule %q; it has to be %d or more." .path (int .effective.staleAfterSeconds) $schedule $twice) }}
{{- end }}
{{- end }}
