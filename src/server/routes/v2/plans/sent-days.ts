/** Days that were sent before, so that nobody sends them twice by mistake. */
import { z } from '@hono/zod-openapi';
import { conflict } from '../../../http/refusal.ts';
import type { Service } from '../../../service.ts';
import type { PlanTarget } from '../../../store/plan-store.ts';

type Place = Pick<PlanTarget, 'name' | 'url' | 'site'>;

export const sentDay = z.object({
  date: z.string(),
  target: z.string(),
  sentAt: z.iso.datetime(),
  /** False: the backfill was cut off, so that parts of the day may be missing. */
  isFinished: z.boolean(),
});

/** Of each target with an address; an embedded endpoint has none. */
export async function sentTo(
  { ledgerRuns }: Pick<Service, 'ledgerRuns'>,
  targets: readonly Place[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<z.output<typeof sentDay>[]> {
  const named = targets.flatMap(({ name, url, site }) =>
    url === null ? [] : [{ name, window: { url, site, shard: '1/1', from, to } }],
  );
  const found = await ledgerRuns.sentDays(named.map(({ window }) => window));
  return found.flatMap((dates, i) =>
    [...dates].map(([date, { sentMs, isFinished }]) => ({
      date,
      target: named[i]?.name ?? '',
      sentAt: new Date(sentMs).toISOString(),
      isFinished,
    })),
  );
}

/** @throws Refusal where one of the days was sent before */
export async function refuseSentDays(
  service: Pick<Service, 'ledgerRuns'>,
  targets: readonly Place[],
  window: { readonly from: string; readonly to: string },
): Promise<void> {
  const sent = await sentTo(service, targets, window);
  const dates = [...new Set(sent.map(({ date }) => date))].sort();
  const [first] = dates;
  if (first === undefined) return;
  const which =
    dates.length === 1 ? `${first} was` : `${dates.length} of these days, ${first} to ${dates.at(-1)}, were`;
  const isCutOff = sent.some(({ isFinished }) => !isFinished);
  throw conflict(
    'days-sent-before',
    `${which} sent before`,
    `${isCutOff ? 'Resume that backfill, choose' : 'Choose'} other days, or send them in addition: “Send days again” on the page, "replay": "again" in a request.`,
  );
}
