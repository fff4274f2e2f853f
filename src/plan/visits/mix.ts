/** How often each persona comes by each channel, on each device and for the first time or again. */
import type { Persona } from '../../types/content/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { VisitSource } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';
import { charactersOf } from '../visitors/characters.ts';
import type { Loyalty } from '../visitors/loyalty.ts';
import type { Mix } from './intents.ts';
import { deviceShares } from './segments.ts';
import { directChances } from './source.ts';

/** Share of all visits that are a persona's, and of these the share that returns. */
function returningOf(personas: readonly Persona[], loyalty: Loyalty) {
  const { loyal, other } = charactersOf(personas, loyalty);
  const { loyalShare } = loyalty;
  const shareOf = (list: readonly { name: string; share: number }[]) =>
    new Map(list.map(({ name, share }) => [name, share]));
  const [ofLoyal, ofOther] = [shareOf(loyal), shareOf(other)];
  return ({ name }: Persona, isReturning: boolean): number => {
    const chance = (isLoyal: boolean) =>
      isReturning ? loyalty.chanceOf(isLoyal) : 1 - loyalty.chanceOf(isLoyal);
    return (
      loyalShare * (ofLoyal.get(name) ?? 0) * chance(true) +
      (1 - loyalShare) * (ofOther.get(name) ?? 0) * chance(false)
    );
  };
}

export function createMix(settings: TrafficSettings, catalogue: Catalogue, loyalty: Loyalty): Mix {
  const share = returningOf(settings.journeys.personas, loyalty);
  const devices = deviceShares(catalogue);
  const direct = directChances(settings.shares.direct, loyalty.returning);
  const { channels } = catalogue;
  const indirect = Object.values(channels).reduce((sum: number, weight: number) => sum + weight, 0);
  function channelShare(channel: VisitSource['type'], isReturning: boolean): number {
    const chance = direct[isReturning ? 1 : 0];
    return channel === 'direct' ? chance : ((1 - chance) * channels[channel]) / indirect;
  }
  return (persona, { channel, device, isReturning }) =>
    share(persona, isReturning) * channelShare(channel, isReturning) * (devices.get(device) ?? 0);
}
