{{/* What all pods have in common. */}}

{{- define "trafficinator.gracePeriod" -}}
{{- $response := .Values.settings.RESPONSE_TIMEOUT | default 30 | ceil | int }}
{{- $asked := int .Values.terminationGracePeriodSeconds }}
{{- if and $asked (le $asked $response) }}
{{- fail (printf "terminationGracePeriodSeconds must be above RESPONSE_TIMEOUT (%d), but is %d: requests in flight would be cut off. Use 0 for RESPONSE_TIMEOUT and 30 seconds." $response $asked) }}
{{- end }}
{{- $asked | default (add $response 30) }}
{{- end }}

{{- define "trafficinator.podMetadata" -}}
annotations:
  checksum/settings: {{ include (print .root.Template.BasePath "/settings.yaml") .root | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
labels:
  {{- include "trafficinator.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "trafficinator.podSpec" -}}
serviceAccountName: {{ include "trafficinator.serviceAccountName" . }}
automountServiceAccountToken: false
# A Service called matomo would otherwise set MATOMO_PORT and others here.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "trafficinator.gracePeriod" . }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "trafficinator.container" -}}
image: {{ include "trafficinator.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* Settings and the files that hold secrets; never a secret itself. */}}
{{- define "trafficinator.environment" -}}
envFrom:
  - configMapRef:
      name: {{ include "trafficinator.fullname" .root }}-settings
env:
  - name: TRAFFICINATOR_STATE_DIR
    value: /state
  {{- if .root.Values.ledger.existingSecret }}
  - name: LEDGER_URL_FILE
    value: /ledger/url
  {{- end }}
  {{- with .extra }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "trafficinator.mounts" -}}
volumeMounts:
  - name: state
    mountPath: /state
  - name: tmp
    mountPath: /tmp
  {{- if .root.Values.files }}
  - name: files
    mountPath: /config
    readOnly: true
  {{- end }}
  {{- if .root.Values.existingSecret }}
  - name: secrets
    mountPath: /secrets
    readOnly: true
  {{- end }}
  {{- if .root.Values.ledger.existingSecret }}
  - name: ledger
    mountPath: /ledger
    readOnly: true
  {{- end }}
  {{- with .extra }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Takes the claim of the state folder; without one it is empty at every start. */}}
{{- define "trafficinator.volumes" -}}
volumes:
  - name: state
    {{- if .claim }}
    persistentVolumeClaim:
      claimName: {{ .claim }}
    {{- else }}
    emptyDir:
      sizeLimit: 1Gi
    {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- if .root.Values.files }}
  - name: files
    configMap:
      name: {{ include "trafficinator.fullname" .root }}-files
  {{- end }}
  {{- with .root.Values.existingSecret }}
  - name: secrets
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
  {{- with .root.Values.ledger.existingSecret }}
  - name: ledger
    secret:
      secretName: {{ $.ledgerSecret | default . }}
      defaultMode: 0440
      items:
        - key: {{ $.root.Values.ledger.entry }}
          path: url
  {{- end }}
  {{- with .extra }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
