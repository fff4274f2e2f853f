/** The random streams that hooks draw from: one for each hook and visit, so that no plugin moves another's draws. */
import type { Random } from '../../types/plugin-api.ts';
import { drawBetween, drawInteger, hasChance, pickOne } from '../draw.ts';
import { namedConcern, type RandomSource, type RandomStream } from '../random.ts';
import type { HookPlace } from './extensions.ts';

/** @param purpose tells several streams of one hook apart */
export function hookStreams(random: RandomSource, { plugin, kind, name }: HookPlace, purpose = '') {
  const concern = namedConcern(`${plugin}/${kind}/${name}/${purpose}`);
  return (day: number, index: number): RandomStream => random.stream(concern, day, index);
}

/** What a hook gets: functions that may be taken apart. */
export function randomOf(stream: RandomStream): Random {
  return Object.freeze<Random>({
    next: () => stream.next(),
    chance: (probability) => hasChance(stream, probability),
    integer: (min, max) => drawInteger(stream, min, max),
    between: (min, max) => drawBetween(stream, min, max),
    pick: (list) => {
      if (list.length === 0) throw new RangeError('random.pick needs a list with at least one entry');
      return pickOne(list, stream);
    },
  });
}
