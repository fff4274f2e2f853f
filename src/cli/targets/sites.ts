import type { SettingsCommand } from '../../config/schema/setting.ts';
import type { SiteValues, Target } from '../../config/targets/targets.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { whileDown } from '../../job/sending/outage.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { probeTarget } from '../../matomo/delivery/probe.ts';
import { fetchSite, type SiteRecord } from '../../matomo/reporting/recorded-counts.ts';
import { createReportingApi, isReportRefused } from '../../matomo/reporting/reporting.ts';
import { formatDuration } from '../../report/format.ts';
import type { Finding } from '../../validate/finding.ts';
import { type Expectation, showsSameDays } from '../../validate/site.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';
import { accessTo } from './access.ts';
import { expectationOf } from './site-expectation.ts';
import { siteFindings } from './site-findings.ts';

/** What is known of a target's site. */
type Answer =
  | { readonly kind: 'site'; readonly target: Target; readonly site: SiteRecord }
  | { readonly kind: 'kept'; readonly target: Target; readonly values: SiteValues; readonly why: UserError }
  /** Nobody may ask: the settings hold as they are. */
  | { readonly kind: 'silent'; readonly target: Target; readonly why: UserError | undefined }
  /** The same, and the run itself says why as it begins. */
  | { readonly kind: 'told-later'; readonly target: Target }
  /** Nothing can be sent to it. */
  | { readonly kind: 'refused'; readonly target: Target; readonly why: UserError };

/** Signals end the process while sites are asked. */
const NEVER = new AbortController().signal;

export interface SitesRules {
  readonly command: SettingsCommand;
  /** Opened meanwhile: a live run asks its sites at once. */
  readonly ledger: () => Promise<Pick<Ledger, 'site' | 'keepSite' | 'runs'>>;
  /** True: what would make reports wrong is only told. */
  readonly isForced: boolean;
  /** Loads the session anew, with what the sites have told. */
  readonly reload: (values: ReadonlyMap<string, SiteValues>) => Session;
}

/** Whether the target takes hits of the site, of anybody. @throws UserError where it does not */
function probePlainly(host: Host, { settings }: Target): Promise<void> {
  const { siteId } = settings;
  return probeTarget({
    ...accessTo(host, settings),
    token: undefined,
    siteId,
    oldestSeconds: undefined,
    hasPlaces: false,
  });
}

/** The site may not be read for a reason that lets nothing be sent either: the run ends with it. */
async function isToldLater(
  host: Host,
  target: Target,
  command: SettingsCommand,
  why: UserError,
): Promise<boolean> {
  if (why.code === 'token-unknown')
    return command === 'backfill' || target.settings.randomizeVisitorCountries;
  try {
    await probePlainly(host, target);
    return false;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

async function askOnce(host: Host, target: Target): Promise<SiteRecord> {
  const { settings } = target;
  const api = createReportingApi(accessTo(host, settings));
  try {
    return await fetchSite(api, settings.siteId);
  } catch (error) {
    // Where the target as a whole is down, that is what is to be told, and waited for.
    if (error instanceof UserError && error.code === 'report-unavailable') await probePlainly(host, target);
    throw error;
  } finally {
    await api.close();
  }
}

function notAsked({ settings }: Target, why: UserError): UserError {
  const message = `The timezone and currency of site ${settings.siteId} could not be read: ${why.message}`;
  return new UserError(message, {
    code: 'site-not-asked',
    exitCode: EXIT.target,
    hint: 'Set TIMEZONE (--timezone) and ECOMMERCE_CURRENCY (--ecommerce-currency) to those of the site, or try again later. If the Reporting API is elsewhere, set MATOMO_API_URL.',
    cause: why,
  });
}

/** Values that the user has left to the site. */
function hasOpenValues({ open }: Target): boolean {
  return open.length > 0;
}

async function answerOf(
  { host, clock, log }: CliContext,
  target: Target,
  { command, ledger, isForced }: SitesRules,
): Promise<Answer> {
  const { settings } = target;
  const { matomoUrl: url, siteId, tokenAuth } = settings;
  if (url === undefined || tokenAuth === undefined) return { kind: 'silent', target, why: undefined };
  const keptSite = async () => (await ledger()).site(url, siteId);
  const waits = command === 'backfill' && (await keptSite()) === undefined;
  try {
    const ask = () => askOnce(host, target);
    const site = waits
      ? await whileDown(ask, {
          clock,
          signal: NEVER,
          stallTimeoutMs: settings.stallTimeoutSeconds * 1000,
          isKnown: (await (await ledger()).runs({ url, site: siteId, limit: 1 })).length > 0,
          onWait: (error, longestMs) =>
            log.warning(`${error.message} Waiting for it for up to ${formatDuration(longestMs)}`, error),
        })
      : await ask();
    return { kind: 'site', target, site };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (isReportRefused(error)) {
      if (!isForced && (await isToldLater(host, target, command, error)))
        return { kind: 'told-later', target };
      return { kind: 'silent', target, why: error };
    }
    const kept = await keptSite();
    if (kept) return { kind: 'kept', target, values: kept, why: error };
    const isTarget = !error.code.startsWith('report-');
    if (isTarget && !isForced) return { kind: 'refused', target, why: error };
    if (isForced || !hasOpenValues(target)) return { kind: 'silent', target, why: error };
    return { kind: 'refused', target, why: notAsked(target, error) };
  }
}

/** What the site says of those values that the user has left to it, where that is not the same anyway. */
function valuesFrom(
  answer: Answer,
  { traffic: { timezone: ours, currency: ourCurrency }, nowMs, firstDay, open }: Expectation,
): SiteValues {
  if (answer.kind !== 'site' && answer.kind !== 'kept') return {};
  const { timezone, currency } = answer.kind === 'site' ? answer.site : answer.values;
  const isSameZone = timezone === undefined || showsSameDays(timezone, { timezone: ours, nowMs, firstDay });
  return {
    ...(open.includes('timezone') && !isSameZone ? { timezone } : {}),
    ...(open.includes('currency') && currency !== undefined && currency !== ourCurrency ? { currency } : {}),
  };
}

/** One line on what the plan takes from the site. */
function report(
  { log }: CliContext,
  answer: Answer,
  { timezone, currency }: SiteValues,
  isAlone: boolean,
): void {
  const { target, kind } = answer;
  const { settings, open } = target;
  const name = isAlone ? '' : `${target.name}: `;
  const taken = [timezone && `timezone ${timezone}`, currency && `currency ${currency}`]
    .filter(Boolean)
    .join(' and ');
  const when = kind === 'kept' ? ', as it last said' : '';
  if (taken !== '') log.info(`${name}${taken} taken from site ${settings.siteId} in Matomo${when}`);
  if (kind === 'kept')
    log.warning(`${name}The site's settings cannot be compared: ${answer.why.message}`, answer.why);
  if (kind !== 'silent') return;
  const values = `timezone ${settings.timezone} and currency ${settings.currency}`;
  if (answer.why) {
    log.warning(
      `${name}The site's own settings cannot be compared with ${values}: ${answer.why.message}`,
      answer.why,
    );
  } else if (open.length > 0 && settings.matomoUrl !== undefined) {
    log.info(`${name}${values} are taken; without a token the site's own cannot be read`);
  }
}

/** @throws SettingsError with all that would make reports wrong */
function judge({ log }: CliContext, findings: readonly Finding[], isForced: boolean): void {
  const wrong = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  for (const finding of isForced ? [...wrong, ...warnings] : warnings) log.warning(finding.message, finding);
  if (isForced || wrong.length === 0) return;
  throw new SettingsError(
    wrong.map(({ code, message, hint }) => ({
      code,
      subject: code,
      message,
      hint: `${hint ?? ''} --force sends all the same.`.trim(),
    })),
  );
}

export interface SettledSites {
  /** With what the sites say in the place of what nobody has set. */
  readonly session: Session;
  /** By the targets' names: why nothing can be sent to one. */
  readonly refusals: ReadonlyMap<string, UserError>;
  /** Resolves once the ledger has what the sites have told. */
  readonly kept?: Promise<void>;
}

function askAll(context: CliContext, first: Session, rules: SitesRules): Promise<Answer[]> {
  return Promise.all(first.targets.map((target) => answerOf(context, target, rules)));
}

/** Keeps what the sites have told for a time when they cannot be asked. */
async function keepAll(
  answers: readonly Answer[],
  open: SitesRules['ledger'],
  askedMs: number,
): Promise<void> {
  for (const answer of answers) {
    const { matomoUrl, siteId } = answer.target.settings;
    if (answer.kind !== 'site' || matomoUrl === undefined) continue;
    const { timezone, currency } = answer.site;
    await (await open()).keepSite(matomoUrl, siteId, { timezone, currency, askedMs });
  }
}

/** @throws SettingsError where reports would come out wrong */
export async function settleSites(
  context: CliContext,
  first: Session,
  rules: SitesRules,
): Promise<SettledSites> {
  const { clock } = context;
  const { ledger, command, isForced, reload } = rules;
  const isAlone = first.targets.length === 1;
  const answers = await askAll(context, first, rules);
  const kept = keepAll(answers, ledger, clock.now());
  // Told where it is waited for.
  kept.catch(() => undefined);
  const own = answers.map((answer) =>
    valuesFrom(answer, expectationOf(context.host, first, answer.target, command, clock.now())),
  );
  // The visits of a mirror are the same everywhere: where sites differ, those of the first one count.
  const isMirror = first.settings.strategy === 'mirror';
  const taken = isMirror ? own.map(() => own[0] ?? {}) : own;
  const session = reload(new Map(answers.map(({ target }, i) => [target.name, taken[i] ?? {}])));
  answers.forEach((answer, i) => {
    report(context, answer, taken[i] ?? {}, isAlone);
  });
  const findings = answers.map(async (answer, i) => {
    const target = session.targets[i];
    if (answer.kind !== 'site' || target === undefined) return [];
    const found = await siteFindings(context, session, target, answer.site, command);
    return isAlone
      ? found
      : found.map((finding) => ({ ...finding, message: `${target.name}: ${finding.message}` }));
  });
  judge(context, (await Promise.all(findings)).flat(), isForced);
  const refusals = answers.flatMap(({ kind, ...answer }) =>
    kind === 'refused' && 'why' in answer && answer.why ? [[answer.target.name, answer.why] as const] : [],
  );
  return { session, refusals: new Map(refusals), kept };
}
