/** How a run is doing, in one sentence. */
import { isMissing } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { reasonOf } from '../../../report/reasons.ts';
import { troublesOf, withOneFirewall } from '../../../report/troubles.ts';
import type { Run } from '../../api/schema.ts';
import { inPageWords } from '../../settings/page-words.ts';
import {
  attemptsText,
  count,
  failedAttemptsOf,
  isCapReached,
  lostHitsOf,
  skippedHitsOf,
  type Totals,
} from './outcomes.ts';

/** So long without a response is worth a word. */
const LONG_MS = 5_000;

/** True: one of its requests has been without a response for long. */
export const isWaiting = ({ activity }: Run['targets'][number]) => (activity?.waitingMs ?? 0) >= LONG_MS;

/** `7 requests are waiting for a response, the oldest for 18 s.` */
function waitingText(targets: Run['targets']): string | undefined {
  const waiting = targets.filter(isWaiting);
  if (waiting.length === 0) return undefined;
  const seconds = Math.round(Math.max(...waiting.map(({ activity }) => activity?.waitingMs ?? 0)) / 1000);
  const requests = waiting.reduce((sum, { activity }) => sum + (activity?.requestsInFlight ?? 0), 0);
  const who = targets.length > 1 ? `${waiting.map(({ name }) => name).join(', ')}: ` : '';
  return requests === 1
    ? `${who}1 request has been waiting for ${formatNumber(seconds)} s for a response.`
    : `${who}${formatNumber(requests)} requests are waiting for a response, the oldest for ${formatNumber(seconds)} s.`;
}

/** Hits that are refused because of what is in them. */
function firewallText({
  status,
  url = '',
}: {
  readonly status?: number | undefined;
  readonly url?: string;
}): string {
  const example = url === '' ? '' : `, for example ${url}`;
  return ` The server answers HTTP ${status} to requests with certain content${example}. Ask for an exception for matomo.php in its firewall.`;
}

function reasonText(totals: Totals): string {
  const [main, ...others] = withOneFirewall(troublesOf(totals)).filter(
    ({ name, hits }) => hits > 0 && isMissing(name),
  );
  if (!main) return '';
  const { name, example, hits } = main;
  const share = others.length > 0 ? ` (${formatNumber(hits)} of them)` : '';
  const isFirewall = name === 'deferred' || name === 'forbidden';
  if (isFirewall && (example?.status === 403 || example?.status === 406))
    return `${share && ` Main reason${share}:`}${firewallText(example)}`;
  const page = example?.url ? `, for example ${example.url}` : '';
  return ` Main reason${share}: ${reasonOf(name).what}${page}.`;
}

/** Hits that were left out, though nothing was wrong: ` 322 were not sent: the run ended first.` */
function leftOutText(totals: Totals): string {
  const skipped = skippedHitsOf(totals);
  if (skipped === 0) return '';
  const reasons = troublesOf(totals).filter(({ name, hits }) => hits > 0 && !isMissing(name));
  const one = (name: string, hits: number) =>
    reasons.length > 1 ? `${reasonOf(name).what} (${formatNumber(hits)})` : reasonOf(name).what;
  const why = reasons.length > 0 ? `: ${reasons.map(({ name, hits }) => one(name, hits)).join(', ')}` : '';
  return ` ${formatNumber(skipped)} ${skipped === 1 ? 'was' : 'were'} not sent${why}.`;
}

/** What keeps a run that is at work from sending more today; undefined where nothing does. */
function capText({ isEnded, targets }: Run): string | undefined {
  const [first] = targets;
  if (isEnded || !first || !targets.every(isCapReached)) return undefined;
  const what =
    targets.length === 1
      ? `The daily cap of ${formatNumber(first.cap ?? 0)} ${first.cap === 1 ? 'visit' : 'visits'} is reached`
      : 'The daily caps of all targets are reached';
  return `${what}: no visit starts before midnight (${first.timezone}).`;
}

interface Verdict {
  readonly text: string;
  readonly tone: string;
}

const PAUSED = ' Paused: visits that fall due now are left out, and not sent later.';

export function verdictOf(run: Run): Verdict {
  const { state, totals, isTargetDown, error, targets } = run;
  if (error) return { text: inPageWords(error), tone: 'bad' };
  if (state === 'needs-token') {
    return {
      text: 'The service was started again, and the token was not kept: nothing is sent until you enter it. What was sent before is not sent twice.',
      tone: 'warn',
    };
  }
  if (isTargetDown) {
    const down = targets.filter(({ activity }) => activity?.isTargetDown).map(({ name }) => name);
    const who = targets.length > 1 && down.length > 0 ? down.join(', ') : 'The server';
    const verb = targets.length > 1 && down.length > 1 ? 'refuse' : 'refuses';
    return { text: `${who} ${verb} requests. Sending is paused and tries again by itself.`, tone: 'bad' };
  }
  if (!totals || count(totals.hits, 'planned') === 0) {
    return {
      text: state === 'starting' ? 'Starting. The first visit comes in a moment.' : 'No visit was due yet.',
      tone: '',
    };
  }
  return countedVerdict(run, totals);
}

/** Of a run with hits that were due. */
function countedVerdict(run: Run, totals: Totals): Verdict {
  const { state, isEnded, isSink, targets } = run;
  const waiting = waitingText(targets);
  const rest = `${state === 'paused' ? PAUSED : ''}${waiting === undefined ? '' : ` ${waiting}`}`;
  const lost = lostHitsOf(totals);
  const number = count(totals.hits, 'accepted');
  const accepted = `${formatNumber(number)} ${number === 1 ? 'hit' : 'hits'}`;
  const isOne = targets.length < 2;
  const by = isSink ? 'The embedded endpoint' : isOne ? 'Matomo' : 'The targets';
  const has = isOne ? 'has' : 'have';
  if (lost > 0)
    return {
      text: `${formatNumber(lost)} ${lost === 1 ? 'hit was' : 'hits were'} lost; ${formatNumber(number)} were accepted.${reasonText(totals)}${rest}`,
      tone: 'bad',
    };
  const failed = failedAttemptsOf(totals);
  if (failed > 0)
    return {
      text: `${by} ${has} accepted ${accepted}, none lost, but ${formatNumber(failed)} ${failed === 1 ? 'attempt' : 'attempts'} failed and had to be repeated (${attemptsText(totals)}).${rest}`,
      tone: 'warn',
    };
  if (isEnded) return { text: `${by} accepted ${accepted}, none lost.${leftOutText(totals)}`, tone: 'good' };
  if (rest !== '')
    return {
      text: `${by} ${has} accepted ${accepted}, none lost so far.${rest}`,
      tone: 'warn',
    };
  const cap = capText(run);
  if (cap !== undefined)
    return { text: `${cap} ${by} ${has} accepted ${accepted}, none lost.`, tone: 'good' };
  return {
    text: `${by} ${isOne ? 'accepts' : 'accept'} what is sent: ${accepted}, none lost.${leftOutText(totals)}`,
    tone: 'good',
  };
}
