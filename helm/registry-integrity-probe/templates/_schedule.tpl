{{/*
The shortest and the longest time between two starts of a schedule, in seconds, as JSON; nothing when it cannot be told:
for schedules by day of the month or month, for @monthly and @yearly, and for what is no schedule.
*/}}
{{- define "registry-integrity-probe.periods" -}}
{{- $macros := dict "@hourly" "0 * * * *" "@daily" "0 0 * * *" "@midnight" "0 0 * * *" "@weekly" "0 0 * * 0" }}
{{- $schedule := . | trim | lower }}
{{- $fields := regexSplit "[ \t]+" (get $macros $schedule | default $schedule | replace "?" "*") -1 }}
{{- if and (eq (len $fields) 5) (eq (index $fields 2) "*") (eq (index $fields 3) "*") }}
{{- $minutes := include "registry-integrity-probe.cronField" (dict "text" (index $fields 0) "first" 0 "last" 59) | fromJsonArray }}
{{- $hours := include "registry-integrity-probe.cronField" (dict "text" (index $fields 1) "first" 0 "last" 23) | fromJsonArray }}
{{- $weekdays := index $fields 4 }}
{{- range $number, $name := list "sun" "mon" "tue" "wed" "thu" "fri" "sat" }}
{{- $weekdays = replace $name (toString $number) $weekdays }}
{{- end }}
{{- $days := include "registry-integrity-probe.cronField" (dict "text" $weekdays "first" 0 "last" 6) | fromJsonArray }}
{{- if and $minutes $hours $days }}
{{- include "registry-integrity-probe.gaps" (dict "minutes" $minutes "hours" $hours "days" $days) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
The numbers that one field of a schedule stands for, in order, as a JSON array; nothing in it when it is no such field.
From `text`, `first` and `last`.
*/}}
{{- define "registry-integrity-probe.cronField" -}}
{{- $marked := dict }}
{{- $known := true }}
{{- range $part := splitList "," .text }}
{{- if regexMatch "^([*]|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?$" $part }}
{{- $range := regexFind "^[^/]+" $part }}
{{- $step := regexFind "[0-9]+$" (regexFind "/.*$" $part) | default "1" | atoi }}
{{- $from := $.first }}
{{- $to := $.last }}
{{- if ne $range "*" }}
{{- $from = regexFind "^[0-9]+" $range | atoi }}
{{- if contains "-" $range }}
{{- $to = regexFind "[0-9]+$" $range | atoi }}
{{- else if not (contains "/" $part) }}
{{- $to = $from }}
{{- end }}
{{- end }}
{{- if or (lt $from $.first) (gt $to $.last) (gt $from $to) (lt $step 1) }}
{{- $known = false }}
{{- else }}
{{- range untilStep $from (add1 $to | int) $step }}
{{- $_ := set $marked (toString .) true }}
{{- end }}
{{- end }}
{{- else }}
{{- $known = false }}
{{- end }}
{{- end }}
{{- $numbers := list }}
{{- range untilStep .first (add1 .last | int) 1 }}
{{- if and $known (hasKey $marked (toString .)) }}
{{- $numbers = append $numbers . }}
{{- end }}
{{- end }}
{{- toJson $numbers }}
{{- end }}

{{/*
The shortest and the longest gap, from the `minutes`, `hours` and `days` of the week: between two minutes of one hour,
between the last of one hour and the first of the next, and the same for days.
*/}}
{{- define "registry-integrity-probe.gaps" -}}
{{- $minutes := .minutes }}
{{- $hours := .hours }}
{{- $days := .days }}
{{- $gaps := list }}
{{- range $i, $minute := rest $minutes }}
{{- $gaps = append $gaps (sub $minute (index $minutes $i)) }}
{{- end }}
{{- range $i, $hour := rest $hours }}
{{- $gaps = append $gaps (sub (add (mul 60 (sub $hour (index $hours $i))) (first $minutes)) (last $minutes)) }}
{{- end }}
{{- $begin := add (mul 60 (first $hours)) (first $minutes) }}
{{- $end := add (mul 60 (last $hours)) (last $minutes) }}
{{- range $i, $day := append (rest $days) (add 7 (first $days)) }}
{{- $gaps = append $gaps (sub (add (mul 1440 (sub $day (index $days $i))) $begin) $end) }}
{{- end }}
{{- $shortest := first $gaps }}
{{- $longest := first $gaps }}
{{- range $gaps }}
{{- $shortest = min $shortest . }}
{{- $longest = max $longest . }}
{{- end }}
{{- toJson (dict "shortest" (mul 60 $shortest) "longest" (mul 60 $longest)) }}
{{- end }}

{{/* A duration of the probe's settings, such as `12h` or `30d`, in seconds; 0 for nothing. */}}
{{- define "registry-integrity-probe.seconds" -}}
{{- $units := dict "ms" 0 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- $written := . | default "" | toString }}
{{- mul (regexFind "^[0-9]+" $written | default "0" | int64) (get $units (regexFind "[a-z]+$" $written) | default 0) }}
{{- end }}
