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

export type Funnel = {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly config: {
    readonly probability: number;
    readonly priority: number;
    readonly enabled: boolean;
    readonly exit_after_completion: boolean;
    readonly steps: readonly Readonly<Record<string, unknown>>[];
  };
  readonly created_at: string;
  readonly updated_at: string;
};

export type FunnelStep = {
  readonly type: 'pageview' | 'event' | 'site_search' | 'outlink' | 'download' | 'ecommerce';
  readonly title?: string | null;
  readonly url?: string | null;
  readonly action_name?: string | null;
  readonly event_category?: string | null;
  readonly event_action?: string | null;
  readonly event_name?: string | null;
  readonly event_value?: number | null;
  readonly search_keyword?: string | null;
  readonly search_category?: string | null;
  readonly search_results?: number | null;
  readonly target_url?: string | null;
  readonly ecommerce_revenue?: number | null;
  readonly ecommerce_subtotal?: number | null;
  readonly ecommerce_tax?: number | null;
  readonly ecommerce_shipping?: number | null;
  readonly ecommerce_items?: number | readonly (readonly (string | number)[])[] | null;
  readonly ecommerce_currency?: string | null;
  readonly delay_seconds_min?: number | null;
  readonly delay_seconds_max?: number | null;
  readonly continue_probability?: number | null;
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
    | 'needs-token'
    | 'done'
    | 'stopped'
    | 'failed';
  readonly isEnded: boolean;
  readonly isWanted: boolean;
  readonly presets: readonly string[];
  readonly isSink: boolean;
  readonly missingTokens: readonly string[];
  readonly withoutTokensSince: string | null;
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
  readonly thresholds: readonly Threshold[];
  readonly targets: readonly RunTarget[];
};

export type Totals = {
  readonly visits: Readonly<Record<string, number>>;
  readonly hits: Readonly<Record<string, number>>;
  readonly hitsToCome?: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly revenue: number;
  readonly abandonedCarts: number;
  readonly requests: number;
  readonly retries: number;
  readonly failedAttempts?: Readonly<Record<string, number>>;
  readonly examples?: Readonly<
    Record<
      string,
      { readonly atMs: number; readonly url: string; readonly status?: number; readonly answer?: string }
    >
  >;
  readonly reasons: Readonly<Record<string, number>>;
  readonly funnels: Readonly<
    Record<
      string,
      { readonly entered: number; readonly completed: number; readonly steps: readonly number[] }
    >
  >;
  readonly behaviours?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
} | null;

export type Threshold = {
  readonly text: string;
  readonly target?: string;
  readonly metric: string;
  readonly comparator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
  readonly unit: 'ms' | 'share' | 'count' | 'perSecond';
  readonly overMs?: number;
  readonly abortAfterMs?: number;
};

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
  readonly activity?: {
    readonly requestsInFlight: number;
    readonly isTargetDown: boolean;
    readonly waitingMs?: number;
  };
  readonly admittedToday?: number;
  readonly isWithinActiveHours?: boolean;
  readonly nextVisit?: { readonly at: string; readonly why: string } | null;
  readonly declaredEvents?: readonly {
    readonly kind: 'span' | 'days' | 'growth';
    readonly from: string;
    readonly to: string;
    readonly factor: number;
  }[];
  readonly totals?: Totals;
};

export type BackfillPlan = {
  readonly id: number;
  readonly state: 'prepared' | 'confirmed' | 'expired';
  readonly name: string;
  readonly presets: readonly string[];
  readonly replay: boolean;
  readonly run: number | null;
  readonly result: {
    readonly state:
      | 'starting'
      | 'running'
      | 'paused'
      | 'stopping'
      | 'restarting'
      | 'needs-token'
      | 'done'
      | 'stopped'
      | 'failed';
    readonly completeVisits: number;
  } | null;
  readonly createdAt: string;
  readonly confirmUntil: string;
  readonly digest: string;
  readonly visits: number;
  readonly hits: number;
  readonly from: string;
  readonly to: string;
  readonly targets: readonly {
    readonly name: string;
    readonly url: string | null;
    readonly site: number;
    readonly timezone: string;
  }[];
  readonly days: readonly { readonly date: string; readonly visits: number; readonly hits: number }[];
  readonly orders: number | null;
  readonly revenue: number | null;
  readonly currency: string | null;
  readonly volume: {
    readonly mode: 'exact' | 'average';
    readonly setPerDay: number;
    readonly perDay: number;
    readonly isForEach: boolean;
    readonly causes: readonly {
      readonly cause: 'season' | 'weekdays' | 'holidays' | 'trend' | 'events' | 'chance';
      readonly factor: number;
    }[];
    readonly daysAtCap: number;
    readonly isCutOff: boolean;
    readonly hasToday: boolean;
  } | null;
  readonly sending: {
    readonly requestsPerSecond: number;
    readonly requests: number;
    readonly durationMs: number;
  } | null;
};

export type BackfillDays = {
  readonly timezone: string;
  readonly today: string;
  readonly oldest: string;
  readonly longest: number;
  readonly withoutTokenFrom: string | null;
  readonly sent: readonly {
    readonly date: string;
    readonly target: string;
    readonly sentAt: string;
    readonly isFinished: boolean;
  }[];
};

export type Worker = {
  readonly id: number;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly sinceAt: string;
  readonly seenAt: string;
  readonly isAlive: boolean;
  readonly hasLeft: boolean;
  readonly shards: number;
};

export type SharedRun = {
  readonly id: number;
  readonly command: 'run' | 'backfill';
  readonly target: string;
  readonly url: string;
  readonly site: number;
  readonly version: string;
  readonly wish: 'run' | 'pause' | 'stop';
  readonly state: 'waiting' | 'starting' | 'running' | 'paused' | 'stopping' | 'done' | 'stopped' | 'failed';
  readonly errors: readonly string[];
  readonly timezone: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly plannedVisits: number | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly visits: Readonly<Record<string, number>>;
  readonly hits: Readonly<Record<string, number>>;
  readonly requestsInFlight: number;
  readonly isTargetDown: boolean;
  readonly shards: readonly SharedShard[];
};

export type SharedShard = {
  readonly shard: number;
  readonly state: 'free' | 'taken' | 'done';
  readonly worker: number | null;
  readonly epoch: number;
  readonly visits: Readonly<Record<string, number>>;
  readonly hits: Readonly<Record<string, number>>;
  readonly lastDay: string | null;
};

export type DayPreview = {
  readonly strategy: string;
  readonly targets: readonly { readonly name: string; readonly visits: number }[];
  readonly date: string;
  readonly timezone: string;
  readonly currency: string;
  readonly visits: number;
  readonly hits: number;
  readonly partsOf: 'day' | 'run';
  readonly plannedMs: number | null;
  readonly visitsByTime: readonly { readonly label: string; readonly visits: number }[];
  readonly kinds: Readonly<Record<string, number>>;
  readonly revenue: number;
  readonly funnels: Readonly<
    Record<
      string,
      { readonly entered: number; readonly completed: number; readonly steps: readonly number[] }
    >
  >;
  readonly countries: Readonly<Record<string, number>>;
  readonly behaviours: Readonly<Record<string, number>>;
  readonly sample: { readonly visits: number; readonly of: number } | null;
};

export type PlannedVisit = {
  readonly index: number;
  readonly startsAt: string;
  readonly persona: string;
  readonly device: string;
  readonly country: string | null;
  readonly city: string | null;
  readonly isReturning: boolean;
  readonly source: { readonly type: string; readonly url: string | null };
  readonly funnel: { readonly name: string; readonly stepsDone: number; readonly stepCount: number } | null;
  readonly steps: readonly {
    readonly kind: string;
    readonly at: string;
    readonly page: string;
    readonly title: string;
    readonly text: string;
  }[];
};

export type Plugin = {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly given: Readonly<Record<string, unknown>>;
  readonly saved: Readonly<Record<string, unknown>>;
  readonly problem: string | null;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly hooks: Readonly<Record<string, readonly string[]>>;
};

export type Target = {
  readonly name: string;
  readonly url: string | null;
  readonly site: number;
  readonly weight: number;
  readonly timezone: string;
  readonly hasToken: boolean;
  readonly runs: readonly number[];
  readonly health: 'idle' | 'good' | 'losing' | 'down';
  readonly accepted: number;
  readonly lost: number;
};

export type Finding = {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
} & Readonly<Record<string, unknown>>;

export type SettingInfo = {
  readonly key: string;
  readonly env: string;
  readonly aliases: readonly string[];
  readonly flag: string | null;
  readonly group: string;
  readonly unit: string | null;
  readonly allowed: string;
  readonly default?: unknown;
  readonly description: string;
  readonly isSecret: boolean;
  readonly commands: readonly string[];
  readonly schema: Readonly<Record<string, unknown>>;
};

export type Preset = {
  readonly name: string;
  readonly purpose: string;
  readonly isBuiltIn: boolean;
  readonly id: number | null;
};

export type BuiltInFunnel = {
  readonly name: string;
  readonly description: string;
  readonly probability: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly exit_after_completion: boolean;
  readonly steps: readonly FunnelStep[];
};

export type Bundle = {
  readonly format: 'trafficinator-bundle';
  readonly version: 1;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly presets?: readonly {
    readonly name: string;
    readonly description?: string | null;
    readonly config: Readonly<Record<string, unknown>>;
  }[];
  readonly funnels?: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
  readonly urls?: string | null;
  readonly events?: Readonly<Record<string, unknown>> | null;
  readonly schedules?: readonly {
    readonly name: string;
    readonly cron: string;
    readonly timezone?: string;
    readonly command: 'run' | 'backfill';
    readonly preset?: readonly string[];
    readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
    readonly forSeconds?: number | null;
    readonly verify?: boolean;
    readonly sink?: boolean;
    readonly catchUp?: boolean;
    readonly catchUpDays?: number | null;
    readonly isEnabled?: boolean;
  }[];
};

export type BundleImport = {
  readonly changes: readonly {
    readonly kind: 'setting' | 'preset' | 'funnel' | 'urls' | 'events' | 'schedule';
    readonly name: string;
    readonly action: 'add' | 'change' | 'same';
  }[];
  readonly digest: string;
};

export type Schedule = {
  readonly id: number;
  readonly name: string;
  readonly cron: string;
  readonly timezone?: string;
  readonly command: 'run' | 'backfill';
  readonly preset?: readonly string[];
  readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
  readonly forSeconds?: number | null;
  readonly verify?: boolean;
  readonly sink?: boolean;
  readonly catchUp?: boolean;
  readonly catchUpDays?: number | null;
  readonly isEnabled?: boolean;
  readonly lastAt: string | null;
  readonly lastRun: number | null;
  readonly nextAt: string | null;
};

export type ScheduleCheck = {
  readonly nextAt: readonly string[];
  readonly errors: readonly {
    readonly setting: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
  readonly days: number | null;
  readonly visitsPerDay: number | null;
  readonly visits: number | null;
  readonly targets: readonly { readonly name: string; readonly url: string | null; readonly site: number }[];
};

export type Notification = {
  readonly id: number;
  readonly kind: 'webhook' | 'email';
  readonly name: string;
  readonly on: readonly ('failed' | 'losses' | 'threshold' | 'verification' | 'done' | 'test')[];
  readonly isEnabled: boolean;
  readonly url?: string;
  readonly shape?: 'json' | 'slack' | 'teams';
  readonly server?: string;
  readonly from?: string;
  readonly to?: readonly string[];
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
  readonly '/metrics': { readonly get: { readonly answer: string } };
  readonly '/ui': { readonly get: { readonly answer: string } };
  readonly '/ui/{place}': { readonly get: { readonly answer: string } };
  readonly '/ui/{place}/{detail}': { readonly get: { readonly answer: string } };
  readonly '/documents/{file}': { readonly get: { readonly answer: string } };
  readonly '/favicon.ico': { readonly get: { readonly answer: string } };
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
      } | null;
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
  readonly '/api/validate': {
    readonly post: {
      readonly body: Readonly<Record<string, unknown>>;
      readonly answer: {
        readonly valid: boolean;
        readonly errors: readonly {
          readonly field: string;
          readonly message: string;
          readonly severity: 'error' | 'warning';
        }[];
        readonly warnings: readonly {
          readonly field: string;
          readonly message: string;
          readonly severity: 'error' | 'warning';
        }[];
      };
    };
  };
  readonly '/api/test-connection': {
    readonly post: {
      readonly body: {
        readonly matomo_url: string;
        readonly site_id?: number;
        readonly token_auth?: string | null;
        readonly timeout?: number;
      };
      readonly answer: {
        readonly success: boolean;
        readonly reachable: boolean;
        readonly status_code: number | null;
        readonly response_time_ms: number | null;
        readonly error: string | null;
        readonly message: string;
      };
    };
  };
  readonly '/api/config/apply': {
    readonly post: {
      readonly body: Readonly<Record<string, unknown>>;
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly container_restarted: boolean;
        readonly state: string;
        readonly status: string;
        readonly error: string | null;
      };
    };
  };
  readonly '/api/presets': {
    readonly get: {
      readonly answer: {
        readonly presets: readonly {
          readonly id: number;
          readonly name: string;
          readonly description: string | null;
          readonly created_at: string;
          readonly updated_at: string;
          readonly slug: string;
        }[];
      };
    };
    readonly post: {
      readonly body: {
        readonly name: string;
        readonly description?: string | null;
        readonly config: Readonly<Record<string, unknown>>;
      };
      readonly answer: {
        readonly id: number;
        readonly name: string;
        readonly description: string | null;
        readonly created_at: string;
        readonly updated_at: string;
        readonly slug: string;
        readonly config: Readonly<Record<string, unknown>>;
      };
    };
  };
  readonly '/api/presets/{id}': {
    readonly get: {
      readonly answer: {
        readonly id: number;
        readonly name: string;
        readonly description: string | null;
        readonly created_at: string;
        readonly updated_at: string;
        readonly slug: string;
        readonly config: Readonly<Record<string, unknown>>;
      };
    };
    readonly put: {
      readonly body: {
        readonly name?: string | null;
        readonly description?: string | null;
        readonly config?: Readonly<Record<string, unknown>> | null;
      };
      readonly answer: {
        readonly id: number;
        readonly name: string;
        readonly description: string | null;
        readonly created_at: string;
        readonly updated_at: string;
        readonly slug: string;
        readonly config: Readonly<Record<string, unknown>>;
      };
    };
    readonly delete: {
      readonly answer: { readonly success: true; readonly deleted_id: number; readonly message: string };
    };
  };
  readonly '/api/funnels': {
    readonly get: {
      readonly answer: {
        readonly funnels: readonly {
          readonly id: number;
          readonly name: string;
          readonly description: string | null;
          readonly probability: number;
          readonly priority: number;
          readonly enabled: boolean;
          readonly step_count: number;
          readonly created_at: string;
          readonly updated_at: string;
        }[];
      };
    };
    readonly post: {
      readonly body: {
        readonly name: string;
        readonly probability: number;
        readonly description?: string | null;
        readonly priority?: number | null;
        readonly enabled?: boolean | null;
        readonly exit_after_completion?: boolean | null;
        readonly steps: readonly FunnelStep[];
      };
      readonly answer: Funnel;
    };
  };
  readonly '/api/funnels/{id}': {
    readonly get: { readonly answer: Funnel };
    readonly put: {
      readonly body: {
        readonly name?: string | null;
        readonly probability?: number | null;
        readonly description?: string | null;
        readonly priority?: number | null;
        readonly enabled?: boolean | null;
        readonly exit_after_completion?: boolean | null;
        readonly steps?: readonly FunnelStep[] | null;
      };
      readonly answer: Funnel;
    };
    readonly delete: {
      readonly answer: { readonly success: true; readonly deleted_id: number; readonly message: string };
    };
  };
  readonly '/api/urls': {
    readonly get: {
      readonly answer: {
        readonly content: string;
        readonly source: 'custom' | 'default';
        readonly validation: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly url_count: number;
          readonly urls: readonly {
            readonly url: string;
            readonly title: string | null;
            readonly line: number;
          }[];
        };
        readonly structure: Readonly<Record<string, unknown>>;
        readonly line_count: number;
        readonly editable: true;
      };
    };
    readonly post: {
      readonly body: { readonly content: string };
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly url_count: number;
          readonly urls: readonly {
            readonly url: string;
            readonly title: string | null;
            readonly line: number;
          }[];
        };
        readonly structure?: Readonly<Record<string, unknown>>;
        readonly restart_required?: boolean;
      };
    };
    readonly delete: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly url_count: number;
          readonly urls: readonly {
            readonly url: string;
            readonly title: string | null;
            readonly line: number;
          }[];
        };
        readonly structure?: Readonly<Record<string, unknown>>;
        readonly restart_required?: boolean;
      };
    };
  };
  readonly '/api/urls/validate': {
    readonly post: {
      readonly body: { readonly content: string };
      readonly answer: {
        readonly valid: boolean;
        readonly errors: readonly string[];
        readonly warnings: readonly string[];
        readonly url_count: number;
        readonly structure: Readonly<Record<string, unknown>> | null;
      };
    };
  };
  readonly '/api/events': {
    readonly get: {
      readonly answer: {
        readonly config: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
          readonly click_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
          readonly random_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
        };
        readonly saved_probabilities: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
        };
        readonly source: 'custom' | 'default';
        readonly validation: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly stats: Readonly<Record<string, unknown>>;
        };
      };
    };
    readonly post: {
      readonly body: { readonly content: string };
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly stats: Readonly<Record<string, unknown>>;
        };
        readonly config?: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
          readonly click_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
          readonly random_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
        };
        readonly restart_required?: boolean;
      };
    };
    readonly delete: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly stats: Readonly<Record<string, unknown>>;
        };
        readonly config?: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
          readonly click_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
          readonly random_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
        };
        readonly restart_required?: boolean;
      };
    };
  };
  readonly '/api/events/validate': {
    readonly post: {
      readonly body: { readonly content: string };
      readonly answer: {
        readonly valid: boolean;
        readonly errors: readonly string[];
        readonly warnings: readonly string[];
        readonly stats: Readonly<Record<string, unknown>>;
      };
    };
  };
  readonly '/api/events/{id}': {
    readonly put: {
      readonly body: {
        readonly category: string;
        readonly action: string;
        readonly name: string;
        readonly value?: number | null;
      };
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly stats: Readonly<Record<string, unknown>>;
        };
        readonly config?: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
          readonly click_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
          readonly random_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
        };
        readonly restart_required?: boolean;
      };
    };
    readonly delete: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly validation?: {
          readonly valid: boolean;
          readonly errors: readonly string[];
          readonly warnings: readonly string[];
          readonly stats: Readonly<Record<string, unknown>>;
        };
        readonly config?: {
          readonly click_events_probability: number | null;
          readonly random_events_probability: number | null;
          readonly click_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
          readonly random_events: readonly {
            readonly id: number;
            readonly category: string;
            readonly action: string;
            readonly name: string;
            readonly value?: number | null;
          }[];
        };
        readonly restart_required?: boolean;
      };
    };
  };
  readonly '/api/backfill/run': {
    readonly post: {
      readonly body: {
        readonly BACKFILL_START_DATE?: string | number | null;
        readonly BACKFILL_END_DATE?: string | number | null;
        readonly BACKFILL_DAYS_BACK?: string | number | null;
        readonly BACKFILL_DURATION_DAYS?: string | number | null;
        readonly BACKFILL_MAX_VISITS_PER_DAY?: string | number | null;
        readonly BACKFILL_MAX_VISITS_TOTAL?: string | number | null;
        readonly BACKFILL_SEED?: string | number | null;
        readonly BACKFILL_RPS_LIMIT?: string | number | null;
        readonly BACKFILL_RUN_ONCE?: boolean | string | null;
        readonly name?: string | null;
      };
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly container_name: string | null;
        readonly container_id: string | null;
        readonly error: string | null;
      };
    };
  };
  readonly '/api/backfill/status': {
    readonly get: {
      readonly answer: {
        readonly success: true;
        readonly message: string;
        readonly runs: readonly {
          readonly container_name: string;
          readonly container_id: string;
          readonly state: string;
          readonly started_at: string | null;
          readonly finished_at: string | null;
          readonly exit_code: number | null;
          readonly error: string | null;
        }[];
      };
    };
  };
  readonly '/api/backfill/cancel': {
    readonly post: {
      readonly body: { readonly container_name: string };
      readonly answer: { readonly success: boolean; readonly message: string; readonly error: string | null };
    };
  };
  readonly '/api/backfill/cleanup': {
    readonly post: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly removed: readonly string[];
        readonly errors: readonly string[];
      };
    };
  };
  readonly '/api/backfill/last': {
    readonly get: {
      readonly answer: {
        readonly success: boolean;
        readonly message: string;
        readonly payload: Readonly<Record<string, string | number>> | null;
        readonly result: {
          readonly container_name: string;
          readonly container_id: string;
          readonly state: string;
          readonly started_at: string | null;
          readonly finished_at: string | null;
          readonly exit_code: number | null;
          readonly error: string | null;
        } | null;
        readonly timestamp: string | null;
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
  readonly '/api/v2/runs/{id}/restart': {
    readonly post: {
      readonly body?: {
        readonly tokens?: Readonly<Record<string, string>>;
        readonly rememberTokens?: boolean;
      };
      readonly answer: Run;
    };
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
  readonly '/api/v2/backfill-plans': {
    readonly post: {
      readonly body: {
        readonly name?: string;
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly sink?: boolean;
        readonly replay?: 'again';
        readonly verify?: boolean;
        readonly shards?: number;
      };
      readonly answer: BackfillPlan;
    };
    readonly get: { readonly answer: { readonly plans: readonly BackfillPlan[] } };
  };
  readonly '/api/v2/backfill-plans/{id}': {
    readonly get: { readonly answer: BackfillPlan };
    readonly delete: { readonly answer: undefined };
  };
  readonly '/api/v2/backfill-plans/{id}/confirm': {
    readonly post: {
      readonly body: {
        readonly digest: string;
        readonly visits: number;
        readonly rememberTokens?: boolean;
        readonly tokens?: Readonly<Record<string, string>>;
      };
      readonly answer: Run;
    };
  };
  readonly '/api/v2/runs/{id}/resume-backfill': {
    readonly post: {
      readonly body?: {
        readonly tokens?: Readonly<Record<string, string>>;
        readonly rememberTokens?: boolean;
      };
      readonly answer: Run;
    };
  };
  readonly '/api/v2/backfill-days': {
    readonly post: {
      readonly body: {
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly sink?: boolean;
        readonly from: string;
        readonly to: string;
      };
      readonly answer: BackfillDays;
    };
  };
  readonly '/api/v2/runs/{id}/verification': {
    readonly post: {
      readonly body?: { readonly waitSeconds?: number; readonly tokens?: Readonly<Record<string, string>> };
      readonly answer: {
        readonly isEqual: boolean;
        readonly exitCode: number;
        readonly results: readonly Readonly<Record<string, unknown>>[];
        readonly errors: readonly {
          readonly message: string;
          readonly code: string | null;
          readonly hint: string | null;
        }[];
      };
    };
  };
  readonly '/api/v2/cluster': {
    readonly get: {
      readonly answer: {
        readonly ledger: string | null;
        readonly workers: readonly Worker[];
        readonly runs: readonly SharedRun[];
      };
    };
  };
  readonly '/api/v2/cluster/runs/{id}': {
    readonly post: { readonly body: { readonly wish: 'run' | 'pause' | 'stop' }; readonly answer: SharedRun };
  };
  readonly '/api/v2/previews': {
    readonly post: {
      readonly body: {
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly date?: string;
      };
      readonly answer: DayPreview;
    };
  };
  readonly '/api/v2/previews/visits': {
    readonly post: {
      readonly body: {
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly date?: string;
        readonly count?: number;
        readonly funnel?: string;
        readonly unsavedFunnel?: {
          readonly name: string;
          readonly probability: number;
          readonly description?: string | null;
          readonly priority?: number | null;
          readonly enabled?: boolean | null;
          readonly exit_after_completion?: boolean | null;
          readonly steps: readonly FunnelStep[];
        };
        readonly kind?: string;
      };
      readonly answer: {
        readonly lookedAt: number;
        readonly date: string;
        readonly timezone: string;
        readonly visits: readonly PlannedVisit[];
      };
    };
  };
  readonly '/api/v2/plugins': { readonly get: { readonly answer: { readonly plugins: readonly Plugin[] } } };
  readonly '/api/v2/plugins/{name}/options': {
    readonly put: {
      readonly body: { readonly options: Readonly<Record<string, unknown>> };
      readonly answer: Plugin;
    };
  };
  readonly '/api/v2/plugins/{name}/check': {
    readonly post: {
      readonly body: { readonly options: Readonly<Record<string, unknown>> };
      readonly answer: { readonly isValid: boolean; readonly problems: readonly string[] };
    };
  };
  readonly '/api/v2/targets': {
    readonly get: { readonly answer: { readonly strategy: string; readonly targets: readonly Target[] } };
  };
  readonly '/api/v2/targets/check': {
    readonly post: {
      readonly body?: {
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
      };
      readonly answer: { readonly exitCode: number; readonly findings: readonly Finding[] };
    };
  };
  readonly '/api/v2/settings/schema': {
    readonly get: {
      readonly answer: {
        readonly groups: readonly { readonly key: string; readonly title: string }[];
        readonly settings: readonly SettingInfo[];
      };
    };
  };
  readonly '/api/v2/settings/resolve': {
    readonly post: {
      readonly body?: {
        readonly command?: 'run' | 'backfill';
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly sink?: boolean;
      };
      readonly answer: {
        readonly isValid: boolean;
        readonly settings: readonly {
          readonly env: string;
          readonly value?: unknown;
          readonly origin: string;
        }[];
        readonly assumed: readonly string[];
        readonly errors: readonly {
          readonly setting: string;
          readonly message: string;
          readonly code: string;
          readonly hint: string | null;
          readonly origin: string | null;
        }[];
        readonly warnings: readonly {
          readonly setting: string;
          readonly message: string;
          readonly code: string;
          readonly hint: string | null;
          readonly origin: string | null;
        }[];
        readonly targets: readonly {
          readonly name: string;
          readonly url: string | null;
          readonly site: number;
        }[];
      };
    };
  };
  readonly '/api/v2/settings/read': {
    readonly post: {
      readonly body: { readonly name: string; readonly text: string };
      readonly answer: {
        readonly settings: Readonly<Record<string, string>>;
        readonly secrets: readonly string[];
        readonly errors: readonly {
          readonly setting: string;
          readonly message: string;
          readonly code: string;
          readonly hint: string | null;
          readonly origin: string | null;
        }[];
        readonly warnings: readonly {
          readonly setting: string;
          readonly message: string;
          readonly code: string;
          readonly hint: string | null;
          readonly origin: string | null;
        }[];
      };
    };
  };
  readonly '/api/v2/settings/export': {
    readonly post: {
      readonly body?: {
        readonly command?: 'run' | 'backfill';
        readonly preset?: string | readonly string[];
        readonly settings?: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
        readonly sink?: boolean;
      };
      readonly answer: string;
    };
  };
  readonly '/api/v2/settings/kept': {
    readonly get: { readonly answer: { readonly settings: Readonly<Record<string, string>> } };
    readonly patch: {
      readonly body: {
        readonly settings: Readonly<
          Record<string, string | number | boolean | null | readonly (string | number)[]>
        >;
      };
      readonly answer: { readonly settings: Readonly<Record<string, string>> };
    };
  };
  readonly '/api/v2/presets': { readonly get: { readonly answer: { readonly presets: readonly Preset[] } } };
  readonly '/api/v2/presets/{name}': {
    readonly get: { readonly answer: Preset & { readonly settings: Readonly<Record<string, unknown>> } };
  };
  readonly '/api/v2/funnels': {
    readonly get: {
      readonly answer: {
        readonly used: 'own' | 'built-in' | 'elsewhere';
        readonly path: string | null;
        readonly sets: readonly {
          readonly preset: string | null;
          readonly funnels: readonly BuiltInFunnel[];
        }[];
      };
    };
    readonly delete: { readonly answer: { readonly deleted: number } };
  };
  readonly '/api/v2/bundle': { readonly get: { readonly answer: Bundle } };
  readonly '/api/v2/bundle/compare': {
    readonly post: { readonly body: { readonly bundle: Bundle }; readonly answer: BundleImport };
  };
  readonly '/api/v2/bundle/import': {
    readonly post: {
      readonly body: { readonly bundle: Bundle; readonly digest: string };
      readonly answer: BundleImport;
    };
  };
  readonly '/api/v2/schedules': {
    readonly get: { readonly answer: { readonly schedules: readonly Schedule[] } };
    readonly post: {
      readonly body: {
        readonly name: string;
        readonly cron: string;
        readonly timezone?: string;
        readonly command: 'run' | 'backfill';
        readonly preset?: readonly string[];
        readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
        readonly forSeconds?: number | null;
        readonly verify?: boolean;
        readonly sink?: boolean;
        readonly catchUp?: boolean;
        readonly catchUpDays?: number | null;
        readonly isEnabled?: boolean;
      };
      readonly answer: Schedule;
    };
  };
  readonly '/api/v2/schedules/check': {
    readonly post: {
      readonly body: {
        readonly name: string;
        readonly cron: string;
        readonly timezone?: string;
        readonly command: 'run' | 'backfill';
        readonly preset?: readonly string[];
        readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
        readonly forSeconds?: number | null;
        readonly verify?: boolean;
        readonly sink?: boolean;
        readonly catchUp?: boolean;
        readonly catchUpDays?: number | null;
        readonly isEnabled?: boolean;
      };
      readonly answer: ScheduleCheck;
    };
  };
  readonly '/api/v2/schedules/{id}': {
    readonly get: { readonly answer: Schedule };
    readonly put: {
      readonly body: {
        readonly name: string;
        readonly cron: string;
        readonly timezone?: string;
        readonly command: 'run' | 'backfill';
        readonly preset?: readonly string[];
        readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
        readonly forSeconds?: number | null;
        readonly verify?: boolean;
        readonly sink?: boolean;
        readonly catchUp?: boolean;
        readonly catchUpDays?: number | null;
        readonly isEnabled?: boolean;
      };
      readonly answer: Schedule;
    };
    readonly delete: { readonly answer: undefined };
  };
  readonly '/api/v2/schedules/{id}/start': { readonly post: { readonly answer: { readonly run: number } } };
  readonly '/api/v2/notifications': {
    readonly get: { readonly answer: { readonly notifications: readonly Notification[] } };
    readonly post: {
      readonly body:
        | {
            readonly kind: 'webhook';
            readonly name: string;
            readonly on?: readonly ('failed' | 'losses' | 'threshold' | 'verification' | 'done' | 'test')[];
            readonly isEnabled?: boolean;
            readonly url: string;
            readonly shape?: 'json' | 'slack' | 'teams';
          }
        | {
            readonly kind: 'email';
            readonly name: string;
            readonly on?: readonly ('failed' | 'losses' | 'threshold' | 'verification' | 'done' | 'test')[];
            readonly isEnabled?: boolean;
            readonly server: string;
            readonly from: string;
            readonly to: readonly string[];
          };
      readonly answer: Notification;
    };
  };
  readonly '/api/v2/notifications/{id}': {
    readonly put: {
      readonly body:
        | {
            readonly kind: 'webhook';
            readonly name: string;
            readonly on?: readonly ('failed' | 'losses' | 'threshold' | 'verification' | 'done' | 'test')[];
            readonly isEnabled?: boolean;
            readonly url: string;
            readonly shape?: 'json' | 'slack' | 'teams';
          }
        | {
            readonly kind: 'email';
            readonly name: string;
            readonly on?: readonly ('failed' | 'losses' | 'threshold' | 'verification' | 'done' | 'test')[];
            readonly isEnabled?: boolean;
            readonly server: string;
            readonly from: string;
            readonly to: readonly string[];
          };
      readonly answer: Notification;
    };
    readonly delete: { readonly answer: undefined };
  };
  readonly '/api/v2/notifications/{id}/test': { readonly post: { readonly answer: undefined } };
  readonly '/api/v2/audit': {
    readonly get: {
      readonly answer: {
        readonly entries: readonly {
          readonly id: number;
          readonly at: string;
          readonly who: string;
          readonly action: string;
          readonly subject: string;
          readonly detail: string;
        }[];
      };
    };
  };
  readonly '/api/v2/stream': { readonly get: { readonly answer: string } };
  readonly '/api/v2/logs': { readonly get: { readonly answer: { readonly lines: readonly LogLine[] } } };
}
