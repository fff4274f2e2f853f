/** The places that are listed: most services have no workers, whose place is then found by its name only. */
import { hasSharedLedger } from './live/state.ts';
import { PLACES, type PlaceId } from './router.ts';

export const listedPlaces = (current: PlaceId) =>
  PLACES.filter(({ id }) => id !== 'workers' || id === current || hasSharedLedger.value);
