/** Log lines as they come: by level, run and text, followed or held still, to copy and to keep. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { LogLine } from '../../api/schema.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { attempt, notify } from '../../components/notices.tsx';
import { logLines } from '../../live/state.ts';
import { address, setQuery } from '../../router.ts';
import { inPageWords } from '../../settings/page-words.ts';

const LEVELS = ['error', 'warning', 'info', 'debug'] as const;
const COUNTS = [50, 100, 500, 1000] as const;
const TONES: Readonly<Record<LogLine['level'], string>> = {
  error: 'bad',
  warning: 'warn',
  info: '',
  debug: 'soft',
};

const timeOf = (ms: number) => new Date(ms).toLocaleTimeString([], { hourCycle: 'h23' });

function textOf({ atMs, level, job, message, hint }: LogLine): string {
  const run = job === null ? '' : ` run ${job}`;
  return `${new Date(atMs).toISOString()} ${level}${run} ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function download(lines: readonly LogLine[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.map(textOf).join('\n')}\n`], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: 'trafficinator.log' });
  link.click();
  URL.revokeObjectURL(url);
}

/** The newest lines that match, oldest first. */
function useLines(older: readonly LogLine[], clearedMs: number): readonly LogLine[] {
  const { query } = address.value;
  const most = LEVELS.findIndex((level) => level === (query.get('level') ?? 'info'));
  const text = (query.get('text') ?? '').toLowerCase();
  const known = new Map([...older, ...logLines.value].map((line) => [line.id, line]));
  return [...known.values()]
    .filter(({ level, message, atMs }) => {
      return LEVELS.indexOf(level) <= most && atMs > clearedMs && message.toLowerCase().includes(text);
    })
    .sort((a, b) => a.id - b.id)
    .slice(-Number(query.get('lines') ?? 100));
}

export function Logs() {
  const clearedMs = useSignal(0);
  const isFollowing = useSignal(true);
  const older = useFetched(
    async () => (await call('get', '/api/v2/logs', { query: { limit: 1000 } })).data.lines,
  );
  const lines = useLines(older.value ?? [], clearedMs.value);
  const end = useRef<HTMLDivElement>(null);
  const last = lines.at(-1)?.id;
  useEffect(() => {
    if (isFollowing.value && last !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [last, isFollowing.value]);
  const { query } = address.value;
  const copy = () =>
    attempt(
      () => navigator.clipboard.writeText(lines.map(textOf).join('\n')),
      `${lines.length} lines are on the clipboard.`,
    );
  return (
    <div class="stack">
      <Head
        title="Logs"
        actions={
          <div class="row">
            <button type="button" onClick={copy}>
              Copy
            </button>
            <button type="button" onClick={() => download(lines)}>
              Download
            </button>
            <button
              type="button"
              onClick={() => {
                clearedMs.value = lines.at(-1)?.atMs ?? 0;
                notify('Cleared here. The log itself keeps its lines.');
              }}
            >
              Clear
            </button>
          </div>
        }
      >
        <p>What the service and its runs report, newest last.</p>
      </Head>
      <div class="row">
        <label class="grow">
          <span class="hidden-text">Only lines with this text</span>
          <input
            type="search"
            placeholder="Only lines with this text"
            value={query.get('text') ?? ''}
            onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
          />
        </label>
        <label class="row">
          Level
          <select
            value={query.get('level') ?? 'info'}
            style={{ width: 'auto' }}
            onChange={({ currentTarget }) => setQuery({ level: currentTarget.value })}
          >
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
        <label class="row">
          Lines
          <select
            value={query.get('lines') ?? '100'}
            style={{ width: 'auto' }}
            onChange={({ currentTarget }) => setQuery({ lines: currentTarget.value })}
          >
            {COUNTS.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isFollowing.value}
            onChange={({ currentTarget }) => {
              isFollowing.value = currentTarget.checked;
            }}
          />
          Follow
        </label>
      </div>
      <Missing what="Earlier lines" fetched={older} />
      {lines.length === 0 && older.value !== undefined && (
        <div class="empty">
          <h2>No lines</h2>
          <p>
            {query.get('text')
              ? 'No line has this text at this level.'
              : 'Nothing was logged at this level yet.'}
          </p>
        </div>
      )}
      {lines.length > 0 && (
        <ol class="log" aria-label="Log lines">
          {lines.map((line) => (
            <li key={line.id}>
              <time class="soft" dateTime={new Date(line.atMs).toISOString()}>
                {timeOf(line.atMs)}
              </time>
              <span class={TONES[line.level]}>{line.level}</span>
              <span>
                {line.job !== null && <span class="soft">run {line.job}: </span>}
                {inPageWords(line.message)}
                {line.hint !== undefined && <span class="soft"> {inPageWords(line.hint)}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      <div ref={end} />
    </div>
  );
}
