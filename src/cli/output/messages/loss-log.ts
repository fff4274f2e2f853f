/** What goes wrong on the way: the first of each kind at once, with an example and what to do, then counts: once a minute, with `--verbose` every second. */
import { formatDuration, formatNumber } from '../../../report/format.ts';
import { exampleText, type Trouble, troublesOf } from '../../../report/troubles.ts';
import type { Clock } from '../../../types/clock.ts';
import type { Log } from '../log.ts';
import type { Running } from '../status.ts';

const COUNT_EVERY_MS = 60_000;
/** A kind that comes later is counted, and not told of by itself. */
const MOST_KINDS = 20;

const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(11, 19)} UTC`;

/** `HTTP 503` within a sentence. */
const within = (what: string) =>
  /^([A-Z][A-Z]|Matomo)/.test(what) ? what : what.charAt(0).toLowerCase() + what.slice(1);

function firstText({ what, hits, example }: Trouble): string {
  const happened = hits > 0 ? 'hits were not accepted' : 'a request failed';
  const shown = example ? `. Example: ${exampleText(example, timeOf)}` : '';
  return `${happened}: ${within(what)}${shown}`;
}

/** The attempt of which hits are told that were lost with it. */
const isTold = ({ hits, section, example }: Trouble, all: readonly Trouble[]) =>
  hits === 0 &&
  all.some(
    (other) => other.hits > 0 && other.section === section && other.example?.status === example?.status,
  );

interface Counts {
  readonly hits: number;
  readonly attempts: number;
}

function countedText(troubles: readonly Trouble[], before: ReadonlyMap<string, Counts>): string | undefined {
  const grown = (of: 'hits' | 'attempts') =>
    troubles.flatMap((trouble) => {
      const more = trouble[of] - (before.get(trouble.name)?.[of] ?? 0);
      return more > 0 ? [`${formatNumber(more)} ${within(trouble.what)}`] : [];
    });
  const [hits, attempts] = [grown('hits'), grown('attempts')];
  const parts = [
    ...(hits.length > 0 ? [`hits not accepted: ${hits.join(', ')}`] : []),
    ...(attempts.length > 0 ? [`failed attempts: ${attempts.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}

/** What one job has lost. */
function createJobLosses(log: Log, { now }: Pick<Clock, 'now'>, { totals }: Running) {
  const told = new Set<string>();
  let before = new Map<string, Counts>();
  let countedMs = now();
  const wrong = () => troublesOf(totals).filter(({ isIntended }) => !isIntended);

  function tellFirst(about: string, troubles: readonly Trouble[]): void {
    for (const trouble of troubles) {
      if (told.has(trouble.name) || told.size >= MOST_KINDS) continue;
      told.add(trouble.name);
      before.set(trouble.name, trouble);
      if (isTold(trouble, troubles)) continue;
      log.warning(`${about}${firstText(trouble)}`, {
        code: `losing-${trouble.name}`,
        hint: `${trouble.remedy} See docs/troubleshooting.md, "${trouble.section}".`,
      });
    }
  }

  return (about: string): void => {
    const troubles = wrong();
    tellFirst(about, troubles);
    const passedMs = now() - countedMs;
    const isVerbose = log.isEnabled('debug');
    if (!isVerbose && passedMs < COUNT_EVERY_MS) return;
    countedMs = now();
    const text = countedText(troubles, before);
    before = new Map(troubles.map((trouble) => [trouble.name, trouble]));
    const since = isVerbose ? 'since the line before' : `in the last ${formatDuration(passedMs)}`;
    if (text !== undefined) log.warning(`${about}${since}, ${text}`, { code: 'losses' });
  };
}

/** @returns to be called about once a second, and at the end */
export function createLossLog(log: Log, clock: Pick<Clock, 'now'>, running: readonly Running[]): () => void {
  const jobs = new Map<Running, (about: string) => void>();
  return () => {
    for (const entry of running) {
      const look = jobs.get(entry) ?? createJobLosses(log, clock, entry);
      jobs.set(entry, look);
      look(running.length > 1 ? `${entry.job.name}: ` : '');
    }
  };
}
