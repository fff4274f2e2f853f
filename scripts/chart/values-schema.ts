/** The JSON Schema of the Helm chart's values: settings from the one table of them, the rest as the templates use it. */

import { plainValueSchema } from '../../src/config/schema/reference.ts';
import type { Setting } from '../../src/config/schema/settings.ts';
import type { TargetField } from '../../src/config/targets/target-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: 'string' };
const NAME = { type: 'string', pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 253 };
const ENTRY = { type: 'string', pattern: '^[-._a-zA-Z0-9]*$' };
const SWITCH = { type: 'boolean' };
const TEXTS = { type: 'array', items: TEXT };
const PORTS = { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65_535 } };
/** Kubernetes checks what is in it. */
const OPEN = { type: 'object' };
const STRINGS = { type: 'object', additionalProperties: TEXT };

function described(description: string, schema: Schema): Schema {
  return { description, ...schema };
}

function closed(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { description, type: 'object', additionalProperties: false, properties };
}

/** A variable holds a list as one text; YAML reads a list of one number as a number. */
function variableSchema(schema: Setting['schema']): Schema {
  const own = plainValueSchema(schema);
  return own.type === 'array' ? { type: ['string', 'number'] } : own;
}

function variable({ schema, description, allowed }: Setting | TargetField): Schema {
  return { description: `${description} Allowed: ${allowed}.`, ...variableSchema(schema) };
}

/** Secrets are left out: in values they would be in the release's history, and in the environment of every process. */
function settingsSchema(settings: readonly Setting[], targetFields: readonly TargetField[]): Schema {
  const open = settings.filter(({ secret }) => !secret);
  const ofTargets = targetFields.filter(({ secret }) => !secret);
  return {
    description:
      'Settings, by the names that docs/settings.md lists. Secrets are not among them: see existingSecret.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      open.flatMap((row) => [row.env, ...row.aliases].map((name) => [name, variable(row)])),
    ),
    patternProperties: Object.fromEntries(
      ofTargets.map((field) => [`^${field.env}_[1-9][0-9]?$`, variable(field)]),
    ),
  };
}

const RESOURCES = described('CPU and memory: requests and limits, both required.', {
  type: 'object',
  additionalProperties: false,
  required: ['requests', 'limits'],
  properties: {
    requests: { type: 'object', required: ['cpu', 'memory'] },
    limits: { type: 'object', required: ['cpu', 'memory'] },
  },
});

function volume(description: string): Schema {
  return closed(description, {
    enabled: described('false: files are lost with the pod.', SWITCH),
    existingClaim: described('A PersistentVolumeClaim to use, instead of one that the chart creates.', NAME),
    size: described('Size of the volume.', { type: 'string', pattern: '^[0-9]+(Mi|Gi|Ti)$' }),
    storageClass: described('Storage class; empty for the default one of the cluster.', NAME),
  });
}

const SERVE = closed('The control service: page and API.', {
  enabled: SWITCH,
  autoStart: described('Start live traffic with the service (AUTO_START).', SWITCH),
  existingSecret: described(
    'Secret with the keys of the API; empty: keys are generated in the volume.',
    NAME,
  ),
  apiKeyEntry: described('Entry of that Secret with the full key.', { ...ENTRY, minLength: 1 }),
  readKeyEntry: described('Entry of that Secret with the read-only key; empty: one is generated.', ENTRY),
  allowedHosts: described('More host names to answer to.', TEXTS),
  args: described('More arguments of `trafficinator serve`.', TEXTS),
  persistence: volume('Volume of its database, keys, reports and, without PostgreSQL, the ledger.'),
  service: closed('How pods of the cluster reach it.', {
    type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    annotations: STRINGS,
  }),
  ingress: closed('How browsers outside of the cluster reach it.', {
    enabled: SWITCH,
    className: NAME,
    host: NAME,
    tlsSecret: described('Secret with the certificate of the host.', NAME),
    annotations: STRINGS,
  }),
  resources: RESOURCES,
});

const WORKERS = closed('Processes that share runs and backfills. They need PostgreSQL.', {
  enabled: SWITCH,
  replicas: { type: 'integer', minimum: 0, maximum: 5000 },
  maxUnavailable: described('How many may be away while nodes are drained and at upgrades.', {
    type: 'integer',
    minimum: 1,
  }),
  ledgerSecret: described(
    'Secret with the address of a role of smaller rights; empty: that of the ledger.',
    NAME,
  ),
  args: described('More arguments of `trafficinator worker`.', TEXTS),
  resources: RESOURCES,
});

const DATE = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' };

const BACKFILL = closed('Visits of past days: every night, and single windows.', {
  enabled: described('The nightly CronJob.', SWITCH),
  schedule: described('When, as five fields of cron.', { type: 'string', pattern: '^(\\S+ ){4}\\S+$' }),
  timeZone: described('Timezone of the schedule; empty: TIMEZONE of the settings, else UTC.', TEXT),
  catchUpDays: described(
    'Sends those of the last days that were not sent. 0: sends the window of the settings, continued with --resume.',
    { type: 'integer', minimum: 0, maximum: 180 },
  ),
  args: described('More arguments of `trafficinator backfill`.', TEXTS),
  jobs: described('Windows to send once. An upgrade continues them; nothing is sent twice.', {
    type: 'array',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'from', 'to'],
      properties: {
        name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 30 },
        from: DATE,
        to: DATE,
        args: TEXTS,
      },
    },
  }),
  backoffLimit: described('How often a failed pod is tried again.', { type: 'integer', minimum: 0 }),
  persistence: volume('Volume of the ledger; not used with PostgreSQL.'),
  resources: RESOURCES,
});

const NETWORK_POLICY = closed('What pods may connect to, and who may connect to them.', {
  enabled: SWITCH,
  targetPorts: described('Ports of the targets (and of proxies and webhooks).', PORTS),
  ledgerPorts: described('Ports of PostgreSQL.', PORTS),
  from: described(
    'NetworkPolicyPeers that may reach the service and metrics, such as the ingress controller.',
    {
      type: 'array',
      items: OPEN,
    },
  ),
});

const ENVIRONMENT = closed('What Node.js and the way to the ledger read from the environment.', {
  HTTP_PROXY: TEXT,
  HTTPS_PROXY: TEXT,
  NO_PROXY: TEXT,
  NODE_EXTRA_CA_CERTS: described(
    'File with certificates of your own authority, such as /config/ca.pem.',
    TEXT,
  ),
  PGSSLMODE: described('TLS to PostgreSQL where the address does not say it.', {
    enum: ['disable', 'require', 'verify-ca', 'verify-full'],
  }),
  LEDGER_TIMEOUT: described('Seconds that PostgreSQL may be away.', { type: ['number', 'string'] }),
  LEDGER_LEASE: described('Seconds for which a worker may send without hearing from PostgreSQL.', {
    type: ['number', 'string'],
  }),
});

/** @param settings the whole table */
export function valuesSchema(settings: readonly Setting[], targetFields: readonly TargetField[]): Schema {
  return {
    // Read by old and new Helm alike.
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the trafficinator chart',
    type: 'object',
    additionalProperties: false,
    properties: {
      global: OPEN,
      nameOverride: NAME,
      fullnameOverride: NAME,
      image: closed('The image, built from deploy/Dockerfile.', {
        repository: { type: 'string', minLength: 1 },
        tag: described('Empty: the version of the chart. `latest` is refused.', ENTRY),
        digest: described('Takes the place of the tag.', {
          type: 'string',
          pattern: '^(sha256:[0-9a-f]{64})?$',
        }),
        pullPolicy: { enum: ['IfNotPresent', 'Always', 'Never'] },
        pullSecrets: described('Names of Secrets for a private registry.', { type: 'array', items: NAME }),
      }),
      settings: settingsSchema(settings, targetFields),
      env: ENVIRONMENT,
      files: described('Files in /config, by name: lists of pages, funnels, certificates.', {
        type: 'object',
        propertyNames: { pattern: '^[-._a-zA-Z0-9]+$' },
        additionalProperties: TEXT,
      }),
      existingSecret: described('Secret for Matomo; each entry is a file in /secrets.', NAME),
      tokenEntry: described('Entry of that Secret with the Matomo token; empty: there is none.', ENTRY),
      headersEntry: described('Entry of that Secret with extra headers; empty: there is none.', ENTRY),
      ledger: closed('PostgreSQL for the ledger; without it each pod keeps one in its volume.', {
        existingSecret: described('Secret with the address, such as the one that an operator creates.', NAME),
        entry: described('Its entry with postgres://user:password@host/database.', {
          ...ENTRY,
          minLength: 1,
        }),
      }),
      serve: SERVE,
      workers: WORKERS,
      backfill: BACKFILL,
      networkPolicy: NETWORK_POLICY,
      serviceAccount: closed('The account of all pods. It has no rights and no token.', {
        create: SWITCH,
        name: NAME,
        annotations: STRINGS,
      }),
      terminationGracePeriodSeconds: described(
        'Time to finish requests in flight; 0: RESPONSE_TIMEOUT and 30 seconds.',
        { type: 'integer', minimum: 0 },
      ),
      podAnnotations: STRINGS,
      podLabels: STRINGS,
      nodeSelector: STRINGS,
      tolerations: { type: 'array', items: OPEN },
      affinity: OPEN,
    },
  };
}
