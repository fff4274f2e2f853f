/** The API's shapes and calls. Written by scripts/generate-client.mjs from the OpenAPI document, never by hand. */

export type Error = { readonly detail?: unknown };

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly hint?: string;
  readonly errors?: readonly {
    readonly field: string;
    readonly in?: unknown;
    readonly message: string;
    readonly code: string;
    readonly hint?: string;
  }[];
};

export type Run = {
  readonly id: number;
  readonly command: 'run' | 'backfill';
  readonly name: string;
  readonly state:
    | 'starting'
    | 'running'
    | 'paused'
    | 'stopping'
    | 'restarting'
    | 'done'
    | 'stopped'
    | 'failed';
  readonly isEnded: boolean;
  readonly isWanted: boolean;
  readonly presets: readonly string[];
  readonly isSink: boolean;
  readonly shards: number;
  readonly source: string;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly endsAt: string | null;
  readonly exitCode: number | null;
  readonly error: string | null;
  readonly pid: number | null;
  readonly restarts: number;
  readonly isTargetDown: boolean;
  readonly totals: Totals;
  readonly rates: {
    readonly hitsPerSecond: number;
    readonly visitsPerSecond: number;
    readonly requestsPerSecond: number;
  } | null;
  readonly targets: readonly RunTarget[];
};

export type Totals = {
  readonly visits: Readonly<Record<string, number>>;
  readonly hits: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  readonly revenue: number;
  readonly abandonedCarts: number;
  readonly requests: number;
  readonly retries: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly funnels: Readonly<
    Record<
      string,
      { readonly entered: number; readonly completed: number; readonly steps: readonly number[] }
    >
  >;
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
} | null;

export type RunTarget = {
  readonly name: string;
  readonly url: string;
  readonly site: number;
  readonly timezone: string;
  readonly currency?: string;
  readonly seed?: string;
  readonly visitsPerDay?: number;
  readonly cap?: number;
  readonly activeHours?: string | null;
  readonly plannedVisits?: number | null;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly activity?: { readonly requestsInFlight: number; readonly isTargetDown: boolean };
  readonly admittedToday?: number;
  readonly isWithinActiveHours?: boolean;
  readonly totals?: Totals;
};

export type LogLine = {
  readonly id: number;
  readonly atMs: number;
  readonly level: 'error' | 'warning' | 'info' | 'debug';
  readonly job: number | null;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
};

export interface Calls {
  readonly '/': {
    readonly get: {
      readonly answer: {
        readonly name: string;
        readonly version: string;
        readonly status: 'running';
        readonly docs: string;
        readonly health: string;
      };
    };
  };
  readonly '/health': {
    readonly get: {
      readonly answer: {
        readonly status: 'healthy';
        readonly service: string;
        readonly version: string;
        readonly docker: 'connected' | 'disconnected';
        readonly container_found: boolean;
        readonly auth_enabled: boolean;
        readonly authenticated: boolean;
      };
    };
  };
  readonly '/ready': { readonly get: { readonly answer: { readonly status: 'ready' } } };
  readonly '/openapi.json': {
    readonly get: { readonly answer: { readonly openapi: string } & Readonly<Record<string, unknown>> };
  };
  readonly '/docs': { readonly get: { readonly answer: string } };
  readonly '/redoc': { readonly get: { readonly answer: string } };
  readonly '/ui': { readonly get: { readonly answer: string } };
  readonly '/ui/{place}': { readonly get: { readonly answer: string } };
  readonly '/ui/{place}/{detail}': { readonly get: { readonly answer: string } };
  readonly '/static/{file}': { readonly get: { readonly answer: string } };
  readonly '/login': { readonly get: { readonly answer: string } };
  readonly '/api/v2/session': {
    readonly post: {
      readonly body: { readonly code?: string; readonly key?: string };
      readonly answer: { readonly role: 'read' | 'write' };
    };
    readonly get: { readonly answer: { readonly role: 'read' | 'write'; readonly by: 'key' | 'cookie' } };
    readonly delete: { readonly answer: undefined };
  };
  readonly '/api/v2/login-links': { readonly post: { readonly answer: { readonly path: string } } };
  readonly '/api/status': {
    readonly get: {
      readonly answer: {
        readonly container: {
          readonly state: string;
          readonly name: string;
          readonly id?: string | null;
          readonly uptime?: string | null;
          readonly created?: string | null;
          readonly started_at?: string | null;
        };
        readonly config: Readonly<Record<string, string>> | null;
        readonly stats: {
          readonly uptime?: string | null;
          readonly visits_generated: number | null;
          readonly current_rate?: string | null;
        } | null;
      };
    };
  };
  readonly '/api/start': {
    readonly post: {
      readonly body?: {
        readonly config: Readonly<Record<string, unknown>>;
        readonly restart_if_running?: boolean;
      };
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly state: string;
        readonly status: string;
        readonly error: string | null;
      };
    };
  };
  readonly '/api/stop': {
    readonly post: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly state: string;
        readonly status: string;
        readonly error: string | null;
      };
    };
  };
  readonly '/api/restart': {
    readonly post: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly state: string;
        readonly status: string;
        readonly error: string | null;
      };
    };
  };
  readonly '/api/logs': {
    readonly get: {
      readonly answer: {
        readonly logs: string;
        readonly lines_returned: number;
        readonly total_lines: number;
        readonly filtered_lines: number;
        readonly container_name: string;
        readonly container_state: string;
        readonly container_status: string;
      };
    };
  };
  readonly '/api/v2/runs': {
    readonly get: { readonly answer: { readonly runs: readonly Run[] } };
    readonly post: {
      readonly body: {
        readonly name?: string;
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly sink?: boolean;
        readonly forSeconds?: number;
        readonly shards?: number;
        readonly verify?: boolean;
        readonly rememberTokens?: boolean;
      };
      readonly answer: Run;
    };
  };
  readonly '/api/v2/runs/{id}': {
    readonly get: { readonly answer: Run };
    readonly delete: { readonly answer: undefined };
  };
  readonly '/api/v2/runs/{id}/pause': { readonly post: { readonly answer: Run } };
  readonly '/api/v2/runs/{id}/resume': { readonly post: { readonly answer: Run } };
  readonly '/api/v2/runs/{id}/stop': {
    readonly post: { readonly body?: { readonly timeoutSeconds?: number }; readonly answer: Run };
  };
  readonly '/api/v2/runs/{id}/points': {
    readonly get: { readonly answer: { readonly columns: Readonly<Record<string, readonly number[]>> } };
  };
  readonly '/api/v2/runs/{id}/days': {
    readonly get: { readonly answer: { readonly days: readonly Readonly<Record<string, unknown>>[] } };
  };
  readonly '/api/v2/runs/{id}/settings': {
    readonly get: {
      readonly answer: { readonly text: string; readonly origins: Readonly<Record<string, string>> };
    };
  };
  readonly '/api/v2/runs/{id}/summary': {
    readonly get: { readonly answer: Readonly<Record<string, unknown>> };
  };
  readonly '/api/v2/runs/{id}/days.csv': { readonly get: { readonly answer: string } };
  readonly '/api/v2/runs/{id}/report': { readonly get: { readonly answer: string } };
  readonly '/api/v2/previews': {
    readonly post: {
      readonly body: {
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
      };
      readonly answer: {
        readonly total: Readonly<Record<string, unknown>>;
        readonly days: readonly Readonly<Record<string, unknown>>[];
      };
    };
  };
  readonly '/api/v2/stream': { readonly get: { readonly answer: string } };
  readonly '/api/v2/logs': { readonly get: { readonly answer: { readonly lines: readonly LogLine[] } } };
}
