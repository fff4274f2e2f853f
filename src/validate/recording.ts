/** What of a server decides whether hits are kept as they are sent: plugins, and how long raw data is kept. */
import { UserError } from '../errors.ts';
import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import {
  fetchOldestRawDay,
  fetchPluginSetting,
  fetchReportedVisits,
  isPluginActive,
} from '../matomo/reporting/server-facts.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import { type Finding, unknownFinding } from './finding.ts';
import type { TargetQuestions } from './questions.ts';

const DAY_MS = 86_400_000;
/** Matomo records nothing that is older. */
const FIRST_DAY = '2007-01-01';

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Pageviews of the longest visit; what comes with them counts as well. */
function mostPages({ pageviews, journeys }: TrafficSettings): number {
  const enabled = journeys.funnels.filter((funnel) => funnel.enabled && funnel.probability > 0);
  return Math.max(pageviews.max, ...enabled.map(({ steps }) => steps.length));
}

/** The limit of actions in a visit; `unseen` where the token may not see it. */
async function actionLimit(api: ReportingApi): Promise<number | 'unseen'> {
  try {
    const value = await fetchPluginSetting(api, 'TrackingSpamPrevention', 'max_actions_allowed');
    return Number(value ?? 0) || 0;
  } catch (error) {
    if (error instanceof UserError) return 'unseen';
    throw error;
  }
}

async function spamPreventionFinding({ api, traffic }: TargetQuestions): Promise<Finding> {
  const limit = await actionLimit(api);
  const code = 'plugin-tracking-spam-prevention';
  const pages = mostPages(traffic);
  if (typeof limit === 'number' && limit > 0 && limit <= pages) {
    return {
      code,
      severity: 'warning',
      area: 'target',
      message: `The plugin TrackingSpamPrevention records at most ${limit} actions of a visit, but visits have up to ${pages} pages and more actions.`,
      hint: "Raise the limit in the plugin's settings in Matomo, or lower PAGEVIEWS_MAX.",
    };
  }
  const ofLimit =
    limit === 'unseen'
      ? "Only a super user's token shows whether it also limits the actions of a visit."
      : `It ${limit === 0 ? 'does not limit the actions of a visit' : `allows ${limit} actions in a visit`}.`;
  return {
    code,
    severity: 'ok',
    area: 'target',
    message: `The plugin TrackingSpamPrevention drops addresses of cloud providers and headless browsers; none are sent. ${ofLimit}`,
  };
}

function queuedTrackingFinding(): Finding {
  return {
    code: 'plugin-queued-tracking',
    severity: 'ok',
    area: 'target',
    message:
      'The plugin QueuedTracking is active: requests ask to be processed at once (queuedtracking=0), so that a response means that hits are recorded.',
  };
}

function botTrackerFinding(): Finding {
  return {
    code: 'plugin-bot-tracker',
    severity: 'warning',
    area: 'target',
    message:
      'The plugin BotTracker is active: it drops hits whose user agent contains a keyword of its list, and responds as if they were recorded.',
    hint: 'Check that no keyword of its list is part of a usual browser, or of "trafficinator".',
  };
}

const PLUGINS: readonly (readonly [
  name: string,
  of: (questions: TargetQuestions) => Finding | Promise<Finding>,
])[] = [
  ['QueuedTracking', queuedTrackingFinding],
  ['TrackingSpamPrevention', spamPreventionFinding],
  ['BotTracker', botTrackerFinding],
];

/** Plugins that change what is recorded. */
export function checkPlugins(questions: TargetQuestions): Promise<Finding[]> {
  return unknownFinding('plugins', 'Plugins that change what is recorded', async () => {
    const findings: Finding[] = [];
    for (const [name, findingOf] of PLUGINS) {
      if (await isPluginActive(questions.api, name)) findings.push(await findingOf(questions));
    }
    if (findings.length > 0) return findings;
    const names = PLUGINS.map(([name]) => name)
      .join(', ')
      .replace(/, (\w+)$/, ' or $1');
    return [
      {
        code: 'plugins',
        severity: 'ok',
        area: 'target',
        message: `No plugin changes what is recorded (looked for ${names}).`,
      },
    ];
  });
}

/** No API tells how long raw data is kept, but reports of days without raw data do. */
export async function checkRawData({ api, traffic, firstDay, nowMs }: TargetQuestions): Promise<Finding[]> {
  if (firstDay === undefined) return [];
  const { siteId } = traffic;
  const ok = (message: string): Finding => ({ code: 'raw-data', severity: 'ok', area: 'target', message });
  return unknownFinding('raw-data', 'How far back raw data goes', async () => {
    const oldest = await fetchOldestRawDay(api, siteId, FIRST_DAY, dayOf(nowMs));
    if (oldest === undefined)
      return [ok('The site has no raw data yet, so it is unknown whether Matomo deletes old data.')];
    if (oldest <= firstDay) return [ok(`Raw data goes back to ${oldest}, as far as the backfill.`)];
    // Two days before: the day before may share hours with the oldest one in the site's timezone.
    const before = dayOf(Date.parse(oldest) - 2 * DAY_MS);
    const visits = await fetchReportedVisits(api, siteId, before);
    if (visits === 0) {
      return [ok(`Raw data goes back to ${oldest}, and no report shows that Matomo has deleted older data.`)];
    }
    return [
      {
        code: 'raw-data',
        severity: 'warning',
        area: 'target',
        message: `The reports show ${visits} ${visits === 1 ? 'visit' : 'visits'} on ${before}, but there is no raw data from before ${oldest}: Matomo deletes old raw data, and will delete visits of ${firstDay} too.`,
        hint: 'Look at Administration > Privacy > Anonymize data > Delete old raw data in Matomo, or start later. Run core:archive before the data is deleted.',
      },
    ];
  });
}
