/** Carries out a command line in a process of its own, from start to end: what it printed, and how it ended. */
import type { Host } from '../../../host.ts';
import type { Clock } from '../../../types/clock.ts';
import { createLineReader, readRecord } from './lines.ts';
import { startJobProcess } from './process.ts';
import type { Work } from './protocol.ts';

export interface CommandEnd {
  readonly exitCode: number;
  /** JSON objects of standard output, in their order. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Errors of its log: message, code, hint. */
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

const MOST_RECORDS = 5000;

/** @param longestMs after which it is ended */
export async function runCommand(
  { host, clock }: { readonly host: Host; readonly clock: Clock },
  work: Work,
  longestMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<CommandEnd> {
  const records: Readonly<Record<string, unknown>>[] = [];
  const errors: Readonly<Record<string, unknown>>[] = [];
  const onOutput = createLineReader((line) => {
    const record = readRecord(line);
    if (record && records.length < MOST_RECORDS) records.push(record);
  });
  const onLog = createLineReader((line) => {
    const record = readRecord(line);
    if (record?.level === 'error') errors.push(record);
  });
  let exitCode: number | undefined;
  const started = startJobProcess(host, work, (news) => {
    if (news.kind === 'output') onOutput(news.text);
    else if (news.kind === 'log') onLog(news.text);
    else if (news.kind === 'end') exitCode = news.exitCode;
  });
  const end = new AbortController();
  const stop = () => end.abort();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  void clock.sleepUntil(clock.now() + longestMs, end.signal).then(() => {
    if (exitCode === undefined) started.kill();
  });
  const { how, lastWords } = await started.gone;
  signal.removeEventListener('abort', stop);
  end.abort();
  if (exitCode !== undefined) return { exitCode, records, errors };
  const message = `The process ended early (${how}). ${lastWords}`.trim();
  return { exitCode: 1, records, errors: [...errors, { message, code: 'process-lost' }] };
}
