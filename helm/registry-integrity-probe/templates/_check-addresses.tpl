{{/* That something is an address, from `path`, `url` and an `example` of one. */}}
{{- define "registry-integrity-probe.checkAddress" -}}
{{- if not (include "registry-integrity-probe.isAddress" .url) }}
{{- fail (printf "%s is %q; give an http or https URL without credentials, query or fragment, such as %s." .path .url .example) }}
{{- end }}
{{- end }}

{{/* True for an address, with or without a scheme; nothing for what `urlParse` might not take. */}}
{{- define "registry-integrity-probe.isAddress" -}}
{{- $label := "[a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9_])?" }}
{{- $port := "([0-9]{1,4}|[0-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])" }}
{{- $host := printf "(%s([.]%s)*[.]?|\\[[0-9a-fA-F:.]+\\])(:%s)?" $label $label $port }}
{{- if regexMatch (printf "^([hH][tT][tT][pP][sS]?://)?%s(/([^?#@%%\\s]|%%[0-9a-fA-F]{2})*)?$" $host) (toString .) }}true{{ end }}
{{- end }}

{{/*
The one spelling of an address, with its port and path, from `url` and the `scheme` that it has where it says none: two are
one registry when these are equal, as the probe compares them.
*/}}
{{- define "registry-integrity-probe.address" -}}
{{- $url := urlParse (ternary .url (printf "%s://%s" .scheme .url) (contains "://" .url)) }}
{{- $host := $url.hostname | lower | trimSuffix "." }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "80" "443" (eq (lower $url.scheme) "http")) }}
{{- if has $host (list "docker.io" "index.docker.io" "registry-1.docker.io") }}
{{- $host = "docker.io" }}
{{- end }}
{{- printf "%s:%s%s" $host $port (regexReplaceAll "/+$" $url.path "") }}
{{- end }}

{{/* True when an address (`url`) is that of a `registry`, or of a host under which images of it are named; nothing otherwise. */}}
{{- define "registry-integrity-probe.isAddressOf" -}}
{{- $scheme := ternary "http" "https" (hasPrefix "http://" (lower .url)) }}
{{- $address := include "registry-integrity-probe.address" (dict "url" .url "scheme" $scheme) }}
{{- range prepend (.registry.hosts | default list) .registry.url }}
{{- if include "registry-integrity-probe.isAddress" . }}
{{- if eq $address (include "registry-integrity-probe.address" (dict "url" . "scheme" $scheme)) }}true{{ end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
The copies of one registry, from `root`, `name` and `registry`: what the probe would refuse when it starts, or could not
know, since its settings have no registries but this one and those that it names. One that is not enabled is a cache all
the same.
*/}}
{{- define "registry-integrity-probe.checkCopies" -}}
{{- $all := .root.Values._registries.all }}
{{- range $index, $copy := .registry.copies }}
{{- $path := printf "registries.%s.copies[%d]" $.name $index }}
{{- $named := not (or (contains "." .registry) (contains ":" .registry)) }}
{{- $meant := get $all .registry }}
{{- if $named }}
{{- if not $meant }}
{{- fail (printf "%s: no enabled registry is called %q; name another one, or give a URL." $path .registry) }}
{{- end }}
{{- include "registry-integrity-probe.checkRegistry" (dict "path" (printf "registries.%s" .registry) "registry" $meant) }}
{{- else }}
{{- include "registry-integrity-probe.checkAddress" (dict "path" $path "url" .registry "example" "https://mirror.example.com") }}
{{- if regexMatch "/v[12]/*$" .registry }}
{{- fail (printf "%s is %s; leave out the /v2, which every request adds." $path .registry) }}
{{- end }}
{{- end }}
{{- $url := ternary ($meant | default dict).url .registry $named }}
{{- if eq (.repository | default "{repository}") "{repository}" }}
{{- if or (eq .registry $.name) (include "registry-integrity-probe.isAddressOf" (dict "url" $url "registry" $.registry)) }}
{{- fail (printf "%s: %s is the registry itself; a copy is in another one, or in other repositories of it." $path .registry) }}
{{- end }}
{{- end }}
{{- range $name, $other := $.root.Values.registries }}
{{- if and (kindIs "map" $other) (eq (toString $other.kind) "pull-through") $other.url }}
{{- if or (eq $copy.registry $name) (include "registry-integrity-probe.isAddressOf" (dict "url" $url "registry" $other)) }}
{{- fail (printf "%s: %s is a pull-through cache by registries.%s, and to ask it would fill it; take it away." $path $copy.registry $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
