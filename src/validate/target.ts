/** Asks a target whether it is ready: reachable, a Matomo, recording, with the site and the rights that are needed. */
import { EXIT, UserError } from '../errors.ts';
import { probeTarget, TRANSIENT_FAILURES } from '../matomo/delivery/probe.ts';
import { fetchSite } from '../matomo/reporting/recorded-counts.ts';
import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import { type Area, type Finding, hintOf } from './finding.ts';
import { checkNamedIds } from './named-ids.ts';
import type { TargetQuestions } from './questions.ts';
import { checkPlugins, checkRawData } from './recording.ts';
import { checkSite } from './site.ts';

const OLD_SECONDS = 25 * 3600;
/** How often the server is asked whether it records. */
const ASKS = 5;

function areaOf(error: UserError): Area {
  return error.exitCode === EXIT.authentication ? 'rights' : 'target';
}

function fromError(error: UserError): Finding {
  const { code, message, hint } = error;
  return { code, severity: 'error', area: areaOf(error), message, ...(hint === undefined ? {} : { hint }) };
}

/** The error of a user's making, or undefined; anything else is thrown on. */
async function errorOf(ask: () => Promise<unknown>): Promise<UserError | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** What the token may do, asked by hits that record nothing. */
async function checkRights({ probe, traffic, nowMs }: TargetQuestions): Promise<Finding[]> {
  if (probe.token === undefined) {
    const message = 'There is no token, so visits older than 24 hours and visitor countries cannot be sent.';
    const hint = 'Set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file).';
    return [
      { code: 'token', severity: traffic.hasPlaces ? 'error' : 'warning', area: 'rights', message, hint },
    ];
  }
  const oldestSeconds = Math.floor(nowMs / 1000) - OLD_SECONDS;
  const refused = await errorOf(() => probeTarget({ ...probe, hasPlaces: true, oldestSeconds }));
  if (refused) return [fromError(refused)];
  return [
    {
      code: 'token',
      severity: 'ok',
      area: 'rights',
      message: "The token has permission to send past visits and visitors' addresses and countries.",
    },
  ];
}

async function checkVersion(api: ReportingApi): Promise<Finding> {
  let version = '';
  const error = await errorOf(async () => {
    const answer = await api.ask('API.getMatomoVersion', {});
    version = typeof answer === 'object' && answer !== null && 'value' in answer ? String(answer.value) : '';
  });
  return error || version === ''
    ? {
        code: 'matomo-version',
        severity: 'unknown',
        area: 'rights',
        message: "Matomo's version is unknown: the Reporting API does not show it.",
        ...(error ? hintOf(error) : {}),
      }
    : { code: 'matomo-version', severity: 'ok', area: 'target', message: `Matomo's version is ${version}.` };
}

async function checkSiteSettings(questions: TargetQuestions): Promise<Finding[]> {
  const { api, traffic } = questions;
  let findings: Finding[] = [];
  const error = await errorOf(async () => {
    findings = checkSite(await fetchSite(api, traffic.siteId), questions);
  });
  if (!error) return findings;
  const what = "The site's name, timezone, currency, ecommerce, search and exclusions";
  return [
    {
      code: 'site-settings',
      severity: 'unknown',
      area: 'rights',
      message: `${what} could not be checked: ${error.message}`,
      ...hintOf(error),
    },
  ];
}

/** Whether it records hits, and every time: a server that fails now and then responds well to one request in two. */
async function checkTracking({ probe }: TargetQuestions): Promise<Finding> {
  const plain = { ...probe, token: undefined, hasPlaces: false, oldestSeconds: undefined };
  const failures: UserError[] = [];
  for (let asked = 0; asked < ASKS; asked++) {
    const error = await errorOf(() => probeTarget(plain));
    if (error && !TRANSIENT_FAILURES.includes(error.code)) return fromError(error);
    if (error) failures.push(error);
  }
  const [first] = failures;
  if (first && failures.length === ASKS) return fromError(first);
  if (first) {
    const { message, hint } = first;
    return {
      code: 'tracking-unsteady',
      severity: 'warning',
      area: 'target',
      message: `${failures.length} of ${ASKS} requests failed, such as: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    };
  }
  const message = `${probe.url} records hits for site ${probe.siteId}.`;
  return { code: 'tracking', severity: 'ok', area: 'target', message };
}

/** Everything that can be known of the target without leaving a visit behind. */
export async function checkTarget(questions: TargetQuestions): Promise<Finding[]> {
  const { api } = questions;
  const tracking = await checkTracking(questions);
  if (tracking.severity === 'error') return [tracking];
  return [
    tracking,
    await checkVersion(api),
    ...(await checkRights(questions)),
    ...(await checkSiteSettings(questions)),
    ...(await checkNamedIds(questions)),
    ...(await checkPlugins(questions)),
    ...(await checkRawData(questions)),
  ];
}
