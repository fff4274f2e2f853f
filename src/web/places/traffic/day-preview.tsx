/** What a day will look like, from the plan itself: nothing is sent. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call, isAway, Problem } from '../../api/client.ts';
import type { DayPreview as Day } from '../../api/schema.ts';
import { Columns } from '../../components/charts/columns.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { valueText } from '../../settings/schema.ts';
import { cappedText, placeText, targetsText } from './day-words.ts';

/** Shorter than the time between two keystrokes: what is typed on takes the place of what is asked for. */
const AFTER_CHANGE_MS = 25;
/** Where the service has been asked too often. */
const AGAIN_MS = 5000;
const SHOWN_COUNTRIES = 5;

const KINDS: Readonly<Record<string, string>> = {
  pageview: 'pages viewed',
  event: 'events',
  search: 'site searches',
  outlink: 'outlinks',
  download: 'downloads',
  content: 'content seen or clicked',
  goal: 'goals',
  order: 'orders',
  cart: 'cart updates',
  ping: 'heartbeats',
};

const names = new Intl.DisplayNames(['en'], { type: 'region' });

/** The countries of most visits; the others together. */
function countriesOf({ countries, visits }: Day): string {
  const all = Object.entries(countries).sort(([, a], [, b]) => b - a);
  const share = (count: number) => `${Math.round((count / Math.max(1, visits)) * 100)} %`;
  const nameOf = (code: string) => (/^[a-z]{2}$/i.test(code) ? (names.of(code.toUpperCase()) ?? code) : code);
  const first = all.slice(0, SHOWN_COUNTRIES).map(([code, count]) => `${nameOf(code)} ${share(count)}`);
  const others = all.length - first.length;
  return first.join(', ') + (others > 0 ? `, and ${others} more` : '');
}

/** Of few visits of the sample, a share is chance: 0 of 138 may stand for 10 visits of which 3 were to be expected. */
const LEAST_SAMPLED = 30;

function isCounted({ sample }: Day, entered: number): boolean {
  return sample === null || (entered * sample.visits) / sample.of >= LEAST_SAMPLED;
}

/** What the service would take from the site: the preview is asked for with it. */
function siteSettings(state: DraftState): Record<string, string> {
  const known = [...state.inForce.value.values()].filter(({ origin }) => origin === 'site');
  return Object.fromEntries(known.map(({ env, value }) => [env, valueText(value)]));
}

/** What the preview of the form is asked for with. */
export function previewRequest(state: DraftState) {
  const { preset, settings } = state.request();
  return { preset, settings: { ...siteSettings(state), ...settings } };
}

function Planned({ day, state }: { day: Day; state: DraftState }) {
  const originOf = (env: string) =>
    state.resolved.value?.assumed.includes(env) ? 'assumed' : (state.inForce.value.get(env)?.origin ?? '');
  const targets = targetsText(day);
  const capped = cappedText(
    day,
    Number(state.valueOf('MAX_VISITS_PER_DAY')),
    Number(state.valueOf('TARGET_VISITS_PER_DAY')),
  );
  const kinds = Object.entries(day.kinds).filter(([, count]) => count > 0);
  const behaviours = Object.entries(day.behaviours).filter(([, visits]) => visits > 0);
  const funnels = Object.entries(day.funnels).filter(([, { entered }]) => entered > 0);
  return (
    <>
      <p>
        <span class="amount">{formatNumber(day.visits)} visits</span> with {formatNumber(day.hits)} hits
        {day.partsOf === 'day' ? ` on ${day.date}` : ' from now on'}
      </p>
      {targets !== undefined && <p>{targets}</p>}
      {capped !== undefined && <p class="warn">{capped}</p>}
      <small>{placeText(day, originOf)}</small>
      <Columns
        title={day.partsOf === 'day' ? 'Visits by hour' : 'Visits over the run'}
        unit="visits"
        labelEvery={6}
        columns={day.visitsByTime.map(({ label, visits }) => ({ label, value: visits }))}
      />
      <dl class="facts">
        {kinds.map(([kind, count]) => (
          <div key={kind}>
            <dt>{KINDS[kind] ?? kind}</dt>
            <dd>{formatNumber(count)}</dd>
          </div>
        ))}
        {day.revenue > 0 && (
          <div>
            <dt>revenue</dt>
            <dd>
              {formatNumber(day.revenue, 2)} {day.currency}
            </dd>
          </div>
        )}
        {funnels.map(([name, { entered, completed }]) => (
          <div key={name}>
            <dt>funnel {name}</dt>
            <dd>
              {isCounted(day, entered)
                ? `${formatNumber(completed)} of ${formatNumber(entered)} complete it`
                : `about ${formatNumber(Number(entered.toPrecision(1)))} visits; too few in the sample to tell how many complete it`}
            </dd>
          </div>
        ))}
        {behaviours.map(([name, visits]) => (
          <div key={name}>
            <dt>plugin {name}</dt>
            <dd>{formatNumber(visits)} visits</dd>
          </div>
        ))}
        <div>
          <dt>countries</dt>
          <dd>{countriesOf(day)}</dd>
        </div>
      </dl>
      {day.sample && (
        <small>
          Visits and their hours are exact; the rest is scaled up from a sample of{' '}
          {formatNumber(day.sample.visits)} visits.
        </small>
      )}
    </>
  );
}

export function DayPreview({ state }: { state: DraftState }) {
  const planned = useSignal<Day | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const request = JSON.stringify(previewRequest(state));
  useEffect(() => {
    const over = new AbortController();
    const look = async () => {
      isBusy.value = true;
      try {
        const body = JSON.parse(request);
        const { data } = await call('post', '/api/v2/previews', { body, signal: over.signal });
        planned.value = data;
        problem.value = undefined;
      } catch (error) {
        if (over.signal.aborted) return;
        if (error instanceof Problem && error.status === 429) timer = setTimeout(look, AGAIN_MS);
        else if (error instanceof Problem) problem.value = error.message;
        else if (isAway(error)) problem.value = 'The service does not answer.';
        else throw error;
      }
      isBusy.value = false;
    };
    let timer = setTimeout(look, AFTER_CHANGE_MS);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [request, planned, problem, isBusy]);
  const { value: day } = planned;
  return (
    <section class="card stack" aria-busy={isBusy.value}>
      <h2>What a day will look like</h2>
      {problem.value !== undefined && <p class="bad">{problem.value}</p>}
      {!day && problem.value === undefined && (
        <p class="soft" role="status">
          Planning a day …
        </p>
      )}
      {day && problem.value === undefined && <Planned day={day} state={state} />}
    </section>
  );
}
