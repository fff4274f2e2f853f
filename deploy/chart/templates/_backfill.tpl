{{/* The Job of a backfill, as the CronJob starts it every night and as it runs once. Takes root and args. */}}
{{- define "trafficinator.backfillJobSpec" -}}
{{- $backfill := .root.Values.backfill }}
backoffLimit: {{ $backfill.backoffLimit | int }}
podFailurePolicy:
  rules:
    # A drained node is no failure: the next pod continues.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # Settings, a refused token, losses and differences stay as they are when it is tried again.
    - action: FailJob
      onExitCodes:
        containerName: backfill
        operator: In
        values: [2, 4, 5, 6, 7]
template:
  metadata:
    {{- include "trafficinator.podMetadata" (dict "root" .root "component" "backfill") | nindent 4 }}
  spec:
    {{- include "trafficinator.podSpec" .root | nindent 4 }}
    restartPolicy: Never
    containers:
      - name: backfill
        {{- include "trafficinator.container" .root | nindent 8 }}
        args:
          - backfill
          - --yes
          {{- range concat .args $backfill.args }}
          - {{ . | quote }}
          {{- end }}
        {{- include "trafficinator.environment" (dict "root" .root) | nindent 8 }}
        resources:
          {{- toYaml $backfill.resources | nindent 10 }}
        {{- include "trafficinator.mounts" (dict "root" .root) | nindent 8 }}
    {{- $claim := "" }}
    {{- if and $backfill.persistence.enabled (not .root.Values.ledger.existingSecret) }}
    {{- $claim = include "trafficinator.claimName" (dict "root" .root "component" "backfill" "persistence" $backfill.persistence) }}
    {{- end }}
    {{- include "trafficinator.volumes" (dict "root" .root "claim" $claim) | nindent 4 }}
{{- end }}
