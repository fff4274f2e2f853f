/** Sets of values that people have, each rendered and checked, and values that must be refused. */

export interface ValuesCase {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Kinds and names without the release that must be there. */
  readonly has: readonly string[];
}

const MATOMO = { settings: { MATOMO_URL: 'https://matomo.example.org' }, existingSecret: 'matomo' };
const LEDGER = { ledger: { existingSecret: 'db-app' } };

export const CASES: readonly ValuesCase[] = [
  {
    title: 'nothing set',
    values: {},
    has: ['StatefulSet serve', 'Service serve', 'PersistentVolumeClaim serve'],
  },
  {
    title: 'live traffic of the service',
    values: { ...MATOMO, serve: { autoStart: true, existingSecret: 'keys', readKeyEntry: 'read' } },
    has: ['StatefulSet serve'],
  },
  {
    title: 'an Ingress with TLS',
    values: {
      ...MATOMO,
      serve: {
        ingress: {
          enabled: true,
          className: 'nginx',
          host: 'traffic.example.org',
          tlsSecret: 'traffic-tls',
          annotations: { 'nginx.ingress.kubernetes.io/proxy-buffering': 'off' },
        },
      },
      networkPolicy: {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
      },
    },
    has: ['Ingress serve', 'NetworkPolicy serve'],
  },
  {
    title: 'three workers on PostgreSQL',
    values: { ...MATOMO, ...LEDGER, workers: { enabled: true } },
    has: ['Deployment worker', 'PodDisruptionBudget worker', 'NetworkPolicy worker'],
  },
  {
    title: 'workers only, many of them',
    values: {
      ...MATOMO,
      ...LEDGER,
      serve: { enabled: false },
      workers: { enabled: true, replicas: 1000, maxUnavailable: 50 },
    },
    has: ['Deployment worker'],
  },
  {
    title: 'a nightly backfill with a volume of its own',
    values: { ...MATOMO, serve: { enabled: false }, backfill: { enabled: true } },
    has: ['CronJob backfill', 'PersistentVolumeClaim backfill'],
  },
  {
    title: 'a window of the settings and single windows on PostgreSQL',
    values: {
      ...MATOMO,
      ...LEDGER,
      settings: {
        ...MATOMO.settings,
        BACKFILL_DAYS_BACK: 30,
        BACKFILL_DURATION_DAYS: 7,
        TIMEZONE: 'Europe/Stockholm',
      },
      backfill: {
        enabled: true,
        catchUpDays: 0,
        jobs: [
          { name: 'october', from: '2026-10-01', to: '2026-10-31' },
          { name: 'november', from: '2026-11-01', to: '2026-11-15', args: ['--visits-per-day', '1000'] },
        ],
      },
    },
    has: ['CronJob backfill', 'Job backfill-october', 'Job backfill-november'],
  },
  {
    title: 'several targets, a proxy and an own certificate authority',
    values: {
      settings: {
        MATOMO_URL: 'https://one.example.org',
        MATOMO_URL_2: 'https://two.example.org',
        MATOMO_SITE_ID_2: 4,
        MATOMO_TOKEN_AUTH_FILE_2: '/secrets/token-2',
        MATOMO_WEIGHT_2: 2.5,
        TARGET_STRATEGY: 'weighted',
      },
      existingSecret: 'matomo',
      headersEntry: 'headers',
      env: { HTTPS_PROXY: 'http://proxy:3128', NODE_EXTRA_CA_CERTS: '/config/ca.pem' },
      files: { 'ca.pem': '-----BEGIN CERTIFICATE-----\n' },
      networkPolicy: { targetPorts: [443, 3128] },
    },
    has: ['ConfigMap settings', 'ConfigMap files'],
  },
  {
    title: 'large numbers, fractions, lists and files',
    values: {
      settings: {
        MATOMO_URL: 'https://matomo.example.org',
        TARGET_VISITS_PER_DAY: 1_000_000,
        MAX_TOTAL_VISITS: 10_000_000,
        BOUNCE_PROBABILITY: 0.05,
        RANDOMIZE_VISITOR_COUNTRIES: false,
        ECOMMERCE_SHIPPING_RATES: '0,5.99',
        GOAL_IDS: 1,
        SEED: '0012',
        DECLARED_EVENTS: 'holiday 2026-12-24..2026-12-26 x0.4; outage 2026-10-03T02:00 for 45m',
        URLS_FILE: '/config/urls.txt',
      },
      files: { 'urls.txt': '# "pages"\nhttps://shop.example.org/\tShop: all {{ of }} it\n' },
    },
    has: ['ConfigMap files'],
  },
  {
    title: 'a long response timeout',
    values: { ...MATOMO, settings: { ...MATOMO.settings, RESPONSE_TIMEOUT: 90.5 } },
    has: ['StatefulSet serve'],
  },
  {
    title: 'a private registry, placement and labels',
    values: {
      ...MATOMO,
      ...LEDGER,
      image: {
        repository: 'registry.example.org/team/trafficinator',
        digest: `sha256:${'a'.repeat(64)}`,
        pullSecrets: ['registry'],
      },
      workers: { enabled: true, args: ['--max-shards', '4'] },
      backfill: { enabled: true },
      podLabels: { team: 'analytics' },
      podAnnotations: { 'prometheus.io/scrape': 'true' },
      nodeSelector: { pool: 'load' },
      tolerations: [{ key: 'load', operator: 'Exists', effect: 'NoSchedule' }],
      affinity: { nodeAffinity: {} },
    },
    has: ['Deployment worker', 'CronJob backfill'],
  },
  {
    title: 'no volumes, an existing account, no network policy and other names',
    values: {
      ...MATOMO,
      fullnameOverride: 'traffic',
      serve: { persistence: { enabled: false }, service: { type: 'LoadBalancer', port: 80 } },
      backfill: { enabled: true, persistence: { existingClaim: 'ledger' } },
      serviceAccount: { create: false, name: 'default' },
      networkPolicy: { enabled: false },
    },
    has: ['Service serve', 'CronJob backfill'],
  },
];

export interface RefusedCase {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What the message says. */
  readonly says: RegExp;
}

export const REFUSED: readonly RefusedCase[] = [
  {
    title: 'a setting that does not exist',
    values: { settings: { TARGET_VISIT_PER_DAY: 1 } },
    says: /settings.*'TARGET_VISIT_PER_DAY' not allowed/,
  },
  {
    title: 'a number out of bounds',
    values: { settings: { TARGET_VISITS_PER_DAY: 0 } },
    says: /settings\/TARGET_VISITS_PER_DAY.*minimum/,
  },
  {
    title: 'a text for a number',
    values: { settings: { CONCURRENCY: 'many' } },
    says: /settings\/CONCURRENCY.*got string/,
  },
  {
    title: 'a word that is none of the allowed ones',
    values: { settings: { VOLUME: 'huge' } },
    says: /settings\/VOLUME.*exact/,
  },
  {
    title: 'a token among the settings',
    values: { settings: { MATOMO_TOKEN_AUTH: 'secret-token' } },
    says: /'MATOMO_TOKEN_AUTH' not allowed/,
  },
  {
    title: 'a token of the second target among the settings',
    values: { settings: { MATOMO_TOKEN_AUTH_2: 'secret-token' } },
    says: /'MATOMO_TOKEN_AUTH_2' not allowed/,
  },
  { title: 'an unknown value', values: { worker: { replicas: 3 } }, says: /'worker' not allowed/ },
  { title: 'resources without limits', values: { workers: { resources: { limits: null } } }, says: /limits/ },
  { title: 'a moving tag', values: { image: { tag: 'latest' } }, says: /image\.tag must name one version/ },
  {
    title: 'workers without PostgreSQL',
    values: { workers: { enabled: true } },
    says: /workers\.enabled needs ledger\.existingSecret/,
  },
  {
    title: 'an Ingress without a host',
    values: { serve: { ingress: { enabled: true } } },
    says: /serve\.ingress\.host is required/,
  },
  {
    title: 'an end before the last response',
    values: { terminationGracePeriodSeconds: 20 },
    says: /must be above RESPONSE_TIMEOUT \(30\)/,
  },
  {
    title: 'no account',
    values: { serviceAccount: { create: false } },
    says: /serviceAccount\.name is required/,
  },
  {
    title: 'a window without its end',
    values: { backfill: { jobs: [{ name: 'october', from: '2026-10-01' }] } },
    says: /backfill\/jobs\/0.*missing property 'to'/,
  },
];
