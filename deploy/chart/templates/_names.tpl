{{/* Names and labels. */}}

{{- define "trafficinator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "trafficinator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "trafficinator.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "trafficinator.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "trafficinator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "trafficinator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "trafficinator.labels" -}}
{{ include "trafficinator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "trafficinator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "trafficinator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is required where serviceAccount.create is false." .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "trafficinator.image" -}}
{{- if eq .Values.image.tag "latest" }}
{{- fail "image.tag must name one version, but is latest: pods of different versions would share a run. Use a version or image.digest." }}
{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The claim of a component's volume. Takes root, component and persistence. */}}
{{- define "trafficinator.claimName" -}}
{{- default (printf "%s-%s" (include "trafficinator.fullname" .root) .component) .persistence.existingClaim }}
{{- end }}
