/** What the service asks a process that plans: what a day looks like, and visits step by step. Nothing is sent. */
import type { Problem } from '../../errors.ts';
import type { SerializedError } from '../../shards/serialization.ts';
import type { Visit } from '../../types/visit.ts';
import type { Values } from '../settings/names.ts';
import type { FunnelRecord } from '../store/funnel-store.ts';

/** The command line of such a process. */
export const PLAN_WORKER = 'plan-worker';

/** What is planned. */
export interface PlanBasis {
  readonly presets: readonly string[];
  readonly given: Values;
  readonly base: Values;
  /** Of the service's data. */
  readonly folder: string;
  /** A local day; undefined for the present one. */
  readonly date: string | undefined;
}

export interface DayQuestion extends PlanBasis {
  readonly kind: 'day';
}

export interface VisitsQuestion extends PlanBasis {
  readonly kind: 'visits';
  /** Visits that are wanted. */
  readonly count: number;
  /** Only visits in the funnel of this name. */
  readonly funnel: string | undefined;
  /** Only visits with a step of this kind. */
  readonly stepKind: string | undefined;
  /** Takes the place of the one of its name, or stands beside the others. */
  readonly unsavedFunnel: FunnelRecord | undefined;
}

export interface PluginsQuestion extends PlanBasis {
  readonly kind: 'plugins';
  /** In the place of what is saved for the plugin of the name: it is an error where it cannot be loaded with them. */
  readonly unsaved?: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
}

export type PlanQuestion = DayQuestion | VisitsQuestion | PluginsQuestion;

/** A day over all targets; of those that all get the same visits, of each. */
export interface DayAnswer {
  readonly kind: 'day';
  readonly strategy: string;
  /** In their order, with the visits of each. */
  readonly targets: readonly { readonly name: string; readonly visits: number }[];
  readonly date: string;
  readonly timezone: string;
  readonly currency: string;
  readonly visits: number;
  readonly hits: number;
  /** `day`: parts are hours of the local day. `run`: they are parts of the run. */
  readonly partsOf: 'day' | 'run';
  /** Of a long run, only so much of its beginning is planned; null for all of it. */
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
  /** Visits by the behaviour of a plugin that writes them: `plugin/name`. */
  readonly behaviours: Readonly<Record<string, number>>;
  /** All but `visits` and `visitsByTime` are scaled up from so many visits; null where all were planned. */
  readonly sample: { readonly visits: number; readonly of: number } | null;
}

export interface VisitsAnswer {
  readonly kind: 'visits';
  readonly date: string;
  readonly timezone: string;
  readonly lookedAt: number;
  readonly visits: readonly Visit[];
}

/** A plugin of the settings, loaded. */
export interface PluginFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  /** As the settings name it: a path or a package. */
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Those of them that the settings give with the plugin. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Those that were saved for every command; the given ones go before. */
  readonly saved: Readonly<Record<string, unknown>>;
  /** What is wrong with those that were saved: the plugin is shown without them, and no run can start. */
  readonly problem: string | null;
  /** JSON Schema of the options. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Names by kind of hook. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
}

export interface PluginsAnswer {
  readonly kind: 'plugins';
  readonly plugins: readonly PluginFacts[];
}

export type PlanAnswer = DayAnswer | VisitsAnswer | PluginsAnswer;

export type PlanReply =
  | { readonly answer: PlanAnswer }
  /** With problems where settings are wrong. */
  | { readonly error: SerializedError; readonly problems: readonly Problem[] | undefined };
