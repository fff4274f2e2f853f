/** What a plugin is and what its hooks are handed: the types that `trafficinator/plugin` exports. Imports nothing. */

/** A plugin: the default export of an ES module. A plain object does; nothing needs to be imported. */
export interface Plugin<Options = Readonly<Record<string, unknown>>> {
  /** Name in messages, settings and reports: small letters, digits and dashes, such as `acme`. */
  readonly name: string;
  /** Version of this interface: 1. */
  readonly apiVersion: 1;
  /** Version of the plugin itself, such as `1.4.0`. Another version is another plugin for `--resume`. */
  readonly version?: string;
  /** One sentence for `trafficinator plugin list` and the page. */
  readonly description?: string;
  /** JSON Schema of the options: an object. They are checked, and defaults filled in, before `setup` is called. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Called once, before anything is planned. The only place for I/O; may be asynchronous. */
  readonly setup: (context: SetupContext<Options>) => Hooks | Promise<Hooks>;
}

/** What `setup` is handed. */
export interface SetupContext<Options = Readonly<Record<string, unknown>>> {
  /** The options of this run, checked against the schema, with defaults. */
  readonly options: Options;
  /** Reads a text file; a relative path counts from the plugin's folder. Its content becomes part of the settings' digest. */
  readonly readFile: (path: string) => string;
}

/** What a plugin adds. Every part may be left out. */
export interface Hooks {
  /** Whole visits, by name: each takes a share of all visits. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** New types of funnel steps, by name: a funnel uses one as `type: PLUGIN/NAME`. */
  readonly steps?: Readonly<Record<string, FunnelStepType>>;
  /** Where visits come from, by name: each takes a share of all visits. */
  readonly sources?: Readonly<Record<string, Source>>;
  /** When visits come, by name: weights of the minutes of a day. The number of a day's visits stays. */
  readonly arrivals?: Readonly<Record<string, Arrivals>>;
  /** Custom dimensions of Matomo, by name. */
  readonly dimensions?: Readonly<Record<string, Dimension>>;
  /** Whoever is told how the run goes, by name. A reporter that fails is a warning: the run goes on. */
  readonly reporters?: Readonly<Record<string, Reporter>>;
}

/** A kind of whole visit. */
export interface Behaviour {
  /**
   * Share of all visits, 0 to 1; or a function that gives the share of the visits that start in a minute. All behaviours
   * together take at most 1. The settings' own shares hold among the visits that are left: with 1, no built-in visit is.
   */
  readonly share: number | ((when: When) => number);
  /** Longest time from the first to the last step, in ms: at most 4 hours. Longer ones are refused. */
  readonly longestMs: number;
  /** What the visitor does. The first step is a pageview. */
  readonly visit: (context: VisitContext) => readonly Step[] | WrittenVisit;
}

/** A visit with a source of its own. */
export interface WrittenVisit {
  /** Where the visit comes from; without one, as other visits do, which may be a search engine. */
  readonly source?: SourceValue;
  /** What the visitor does, in order. */
  readonly steps: readonly Step[];
}

/** A type of funnel step. */
export interface FunnelStepType {
  /** JSON Schema of the step's own keys in the funnel file, which stand beside `type`, `url` and the delays. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Longest time from the first to the last of the steps that `write` returns, in ms: at most 1 hour. */
  readonly longestMs: number;
  /** What the visitor does, on the open page unless it begins with a pageview. */
  readonly write: (context: StepContext, step: Readonly<Record<string, unknown>>) => readonly Step[];
}

/** Where visits come from. */
export interface Source {
  /** Share of all visits, 0 to 1. All sources together take at most 1. A behaviour may name another source. */
  readonly share: number;
  /** The source of one visit. */
  readonly source: (context: HookContext) => SourceValue;
}

/** A campaign, or the page of a website, a search engine, a social network or an assistant that links to the site. */
export type SourceValue =
  | {
      readonly type: 'campaign';
      /** Name of the campaign (`mtm_campaign`). */
      readonly name: string;
      /** `mtm_source`, such as `newsletter`. */
      readonly source?: string;
      /** `mtm_medium`, such as `email`. */
      readonly medium?: string;
      /** `mtm_content`. */
      readonly content?: string;
      /** `mtm_keyword`. */
      readonly keyword?: string;
    }
  | {
      readonly type: 'website' | 'search' | 'social' | 'assistant';
      /** Absolute URL of the page with the link. Of a search engine, Matomo reads the search word from it, such as `https://www.google.com/search?q=word`. */
      readonly url: string;
    }
  | { readonly type: 'direct' };

/** Weights of the minutes of a day. */
export interface Arrivals {
  /** 0 or more; 1 leaves the minute as it is, 3 gives it three times the visits. The weights of several multiply. */
  readonly weight: (when: When) => number;
  /** Dates (`YYYY-MM-DD`) whose weights differ from those of the same weekday in other weeks. */
  readonly dates?: readonly string[];
}

/** A custom dimension. */
export interface Dimension {
  /** ID of the dimension in Matomo. Each ID is filled by one plugin or setting only. */
  readonly id: number;
  /** `visit`: one value for the visit. `action`: a value for each of its hits. */
  readonly scope: 'visit' | 'action';
  /** The value, at most 250 characters; `undefined` for none. */
  readonly value: (context: DimensionContext) => string | undefined;
}

/** Whoever is told how the run goes. Functions may be asynchronous, and have 10 seconds each. */
export interface Reporter {
  /** A local day is over, or the run ends within it. */
  readonly day?: (day: Summary) => void | Promise<void>;
  /** The run has ended. */
  readonly summary?: (report: RunReport) => void | Promise<void>;
}

/** A summary, as the command prints it with `--json`: docs/reading-the-output.md has every key. */
export type Summary = Readonly<Record<string, unknown>>;

/** What the run came to. */
export interface RunReport {
  /** Exit code of the command; 0 when all is well. */
  readonly exitCode: number;
  /** The summary of the whole run. */
  readonly total: Summary;
  /** One for each target, where there are several. */
  readonly targets: readonly Summary[];
  /** The run over time, as the report draws it: steps of a second, longer ones in a long run. */
  readonly points: readonly ReportPoint[];
}

/** A step of time of one target. */
export interface ReportPoint {
  /** Name of the target; `default` where there is only one. */
  readonly target: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly lengthMs: number;
  /** Hits that were to leave in it. */
  readonly due: number;
  /** Hits by how they ended, when that became known: `accepted`, `rejected`, `failed`, `unknown`, `skipped`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests that were answered. */
  readonly requests: number;
  /** Visits that began. */
  readonly visits: number;
  /** Response times in ms; null where nothing was answered. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** A minute of a local day. */
export interface When {
  /** `YYYY-MM-DD`, in the plan's timezone. */
  readonly date: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Minute of the day, 0 to 1439. */
  readonly minute: number;
}

/** What every hook that belongs to a visit is handed. Frozen. */
export interface HookContext extends When {
  /** Rank of the visit among those of its day, from 0. */
  readonly index: number;
  /** Who visits: the same in all visits of one visitor. */
  readonly visitor: VisitorFacts;
  /** Chance: the same for the same visit in every run. `Math.random` and clocks throw in a hook. */
  readonly random: Random;
}

/** What a behaviour is handed. */
export interface VisitContext extends HookContext {
  /** The site that is visited. */
  readonly site: SiteFacts;
  /** Where the visit comes from, unless `visit` returns another source. */
  readonly source: SourceFacts;
  /** Seconds until local midnight, where every visit ends: what does not fit is squeezed. */
  readonly secondsLeft: number;
  /** A page on which this visitor enters the site, as other visits do. */
  readonly entryPage: () => Page;
  /** A page to which this visitor goes on from another page of the site. */
  readonly nextPage: (from: Page) => Page;
}

/** What a type of funnel step is handed. */
export interface StepContext extends VisitContext {
  /** The page that is open. */
  readonly page: Page;
}

/** What a dimension is handed. */
export interface DimensionContext extends HookContext {
  /** Where the visit comes from. */
  readonly source: SourceFacts;
  /** `PLUGIN/NAME` of the behaviour that wrote the visit. */
  readonly behaviour: string | undefined;
  /** The hit that gets the value: its type and page; `undefined` with the scope `visit`. */
  readonly step: { readonly type: string; readonly url: string } | undefined;
}

/** A visitor. */
export interface VisitorFacts {
  /** Two small letters; `undefined` where the run sends no countries. */
  readonly country: string | undefined;
  /** Name of the city; `undefined` where the run sends no countries. */
  readonly city: string | undefined;
  /** Such as `sv-se`. */
  readonly language: string;
  /** Such as `desktop` or `phone`. */
  readonly device: string;
  /** Name of the persona. */
  readonly persona: string;
  /** Whether the visitor came before. */
  readonly isReturning: boolean;
  /** Whether the visitor logs in. */
  readonly hasAccount: boolean;
}

/** A site. */
export interface SiteFacts {
  /** Such as `https://shop.example`. */
  readonly origin: string;
  /** Three capital letters. */
  readonly currency: string;
  /** IDs of the goals that visits may convert (`GOAL_IDS`). */
  readonly goalIds: readonly number[];
}

/** Where a visit comes from. */
export interface SourceFacts {
  /** Kind of the source. */
  readonly type: 'direct' | 'search' | 'social' | 'website' | 'assistant' | 'campaign';
  /** Referring page; `undefined` for direct visits and campaigns. */
  readonly url: string | undefined;
}

/** A page of the site. */
export interface Page {
  /** Absolute, or a path on the site such as `/webinar`. At most 1,024 characters. */
  readonly url: string;
  /** At most 1,024 characters. */
  readonly title: string;
}

/** Draws that are the same for the same visit in every run. */
export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** True with the given probability. */
  readonly chance: (probability: number) => boolean;
  /** A whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number;
  /** A number from `min` to below `max`. */
  readonly between: (min: number, max: number) => number;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
}

/** What every step may have. */
export interface StepTime {
  /** Seconds since the step before, at most 1,740 (Matomo ends a visit after 30 minutes). Default: drawn around 20. */
  readonly afterSeconds?: number;
}

/** One thing that a visitor does. */
export type Step =
  | PageviewStep
  | EventStep
  | SearchStep
  | OutlinkStep
  | DownloadStep
  | ContentStep
  | GoalStep
  | CartStep
  | OrderStep
  | PingStep;

/** A page is opened. */
export interface PageviewStep extends StepTime {
  readonly type: 'pageview';
  /** Absolute, or a path on the site. Without campaign parameters: those belong to the source. */
  readonly url: string;
  /** Title of the page. */
  readonly title: string;
}

/** An event on the open page. */
export interface EventStep extends StepTime {
  readonly type: 'event';
  /** Such as `Video`. */
  readonly category: string;
  /** Such as `play`. */
  readonly action: string;
  /** Such as the title of the video. */
  readonly name: string;
  /** A number. */
  readonly value?: number;
}

/** A site search; Matomo records it in place of a pageview. */
export interface SearchStep extends StepTime {
  readonly type: 'search';
  /** What is searched for. */
  readonly keyword: string;
  /** Category of the search. */
  readonly category?: string;
  /** How many results there are. */
  readonly results?: number;
}

/** A click on a link to another site. */
export interface OutlinkStep extends StepTime {
  readonly type: 'outlink';
  /** Absolute. */
  readonly url: string;
}

/** A download. */
export interface DownloadStep extends StepTime {
  readonly type: 'download';
  /** Absolute, or a path on the site. */
  readonly url: string;
}

/** A content block is seen, or clicked. */
export interface ContentStep extends StepTime {
  readonly type: 'content';
  /** Name of the block. */
  readonly name: string;
  /** What it shows, such as the file name of a picture. */
  readonly piece: string;
  /** Where it leads: absolute, or a path on the site. */
  readonly target: string;
  /** True: clicked. Default: false. */
  readonly isClick?: boolean;
}

/** A goal is converted. */
export interface GoalStep extends StepTime {
  readonly type: 'goal';
  /** One of `GOAL_IDS`; once a visit. */
  readonly id: number;
}

/** The cart changes: each update replaces the one before. */
export interface CartStep extends StepTime {
  readonly type: 'cart';
  /** What is in the cart now. */
  readonly items: readonly Item[];
}

/** An order. Its id is made by trafficinator; revenue = items + tax + shipping - discount. */
export interface OrderStep extends StepTime {
  readonly type: 'order';
  /** What is bought. */
  readonly items: readonly Item[];
  /** In the site's currency. Default: 0. */
  readonly tax?: number;
  /** In the site's currency. Default: 0. */
  readonly shipping?: number;
  /** In the site's currency. Default: 0. */
  readonly discount?: number;
}

/** A heartbeat: lengthens the visit without an action. It does not keep a visit alive. */
export interface PingStep extends StepTime {
  readonly type: 'ping';
}

/** So many of one product. */
export interface Item {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** Price of one, in the site's currency, with at most two decimals. */
  readonly price: number;
  /** A whole number of at least 1. */
  readonly quantity: number;
}
