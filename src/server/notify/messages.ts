/** What a notification says of a run, in the shapes that receivers expect. */

export const REASONS = ['failed', 'losses', 'threshold', 'verification', 'done', 'test'] as const;
export type Reason = (typeof REASONS)[number];

export interface RunNews {
  readonly reason: Reason;
  /** Such as `run 12 (nightly)`. */
  readonly subject: string;
  /** One sentence. */
  readonly text: string;
  readonly exitCode: number;
  readonly hits: Readonly<Record<string, number>> | null;
  readonly visits: Readonly<Record<string, number>> | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

const WORDS: Readonly<Record<Reason, string>> = {
  failed: 'failed',
  losses: 'lost hits',
  threshold: 'missed a threshold',
  verification: 'differs from what Matomo shows',
  done: 'is done',
  test: 'is a test: notifications arrive',
};

/** Undefined for an end that nobody needs to be told of: stopped by hand. */
export function reasonOf(exitCode: number): Reason | undefined {
  if (exitCode === 0) return 'done';
  if (exitCode === 5) return 'threshold';
  if (exitCode === 6) return 'losses';
  if (exitCode === 7) return 'verification';
  return exitCode === 130 || exitCode === 143 ? undefined : 'failed';
}

export function titleOf({ subject, reason }: RunNews): string {
  return `Trafficinator: ${subject} ${WORDS[reason]}`;
}

function counts(record: Readonly<Record<string, number>> | null): string {
  return Object.entries(record ?? {})
    .filter(([, value]) => value > 0)
    .map(([key, value]) => `${value.toLocaleString('en-US')} ${key}`)
    .join(', ');
}

function factsOf({ visits, hits, exitCode, startedAt, endedAt }: RunNews): [string, string][] {
  const facts: [string, string][] = [
    ['Visits', counts(visits)],
    ['Hits', counts(hits)],
    ['Started', startedAt ?? ''],
    ['Ended', endedAt ?? ''],
    ['Exit code', String(exitCode)],
  ];
  return facts.filter(([, value]) => value !== '');
}

export function plainText(news: RunNews): string {
  return [titleOf(news), news.text, ...factsOf(news).map(([name, value]) => `${name}: ${value}`)]
    .filter((line) => line !== '')
    .join('\n');
}

/** Slack reads these three as marks of its own. */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export const SHAPES = ['json', 'slack', 'teams'] as const;
export type Shape = (typeof SHAPES)[number];

/** By the address: Slack and Teams take nothing but their own shapes. */
export function shapeOf(url: string): Shape {
  const { hostname } = new URL(url);
  if (/(^|\.)slack\.com$/.test(hostname)) return 'slack';
  return /(^|\.)(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/.test(hostname)
    ? 'teams'
    : 'json';
}

export function bodyOf(news: RunNews, shape: Shape): unknown {
  if (shape === 'slack') return { text: forSlack(plainText(news)) };
  if (shape === 'json') return { schema: 1, type: 'notification', title: titleOf(news), ...news };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: titleOf(news), weight: 'Bolder', wrap: true },
            { type: 'TextBlock', text: news.text, wrap: true },
            { type: 'FactSet', facts: factsOf(news).map(([title, value]) => ({ title, value })) },
          ],
        },
      },
    ],
  };
}
