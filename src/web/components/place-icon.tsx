/** A small drawing for each place, beside its name in the navigation. */
import type { PlaceId } from '../router.ts';

const PATHS: Readonly<Record<PlaceId, string>> = {
  overview: 'M2 9h2.5L6.5 3l3 10 2-4H14',
  runs: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  logs: 'M3 4l3 3-3 3M8 11.5h5.5',
  workers: 'M2.5 3h4.5v4H2.5zM9 3h4.5v4H9zM5.75 9.5h4.5v4h-4.5zM4.75 7v1.25h6.5V7M8 8.25V9.5',
  traffic: 'M2 12.5l4-4.5 3 2.5L14 4M10.5 4H14v3.5',
  backfill: 'M2.5 8a5.5 5.5 0 1 1 1.6 3.9M2.5 13V9.5H6M8 5v3.2l2 1.3',
  targets: 'M8 2.5a5.5 5.5 0 1 0 .01 0zM8 5.5a2.5 2.5 0 1 0 .01 0z',
  schedules: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3',
  pages: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 11h4',
  events: 'M9 2L3.5 9H8l-1 5 5.5-7H8z',
  funnels: 'M2.5 3h11l-4 5.5v4l-3 1.5V8.5z',
  plugins: 'M6 2.5v3M10 2.5v3M4 5.5h8v3a4 4 0 0 1-8 0zM8 12.5v2',
  preferences:
    'M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M8.5 5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0zM4.5 11a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0z',
};

export function PlaceIcon({ id }: { id: PlaceId }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[id]} />
    </svg>
  );
}
