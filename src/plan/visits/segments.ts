/** Visits by where they come from, on what, and whether for the first time: how each kind differs from the average. */
import type { VisitSource } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';

/** Multipliers have 1 as neutral; the share over all visits stays what the settings say. */
interface Traits {
  readonly bounce: number;
  readonly order: number;
  /** Added to a persona's depth and dwell. */
  readonly depth: number;
  readonly dwell: number;
}

type Channel = VisitSource['type'];

/** Sources: docs/realism.md. */
const CHANNEL_TRAITS: Readonly<Record<Channel, Traits>> = {
  direct: { bounce: 0.95, order: 1.15, depth: 0.04, dwell: 0.1 },
  search: { bounce: 0.93, order: 1, depth: 0, dwell: 0 },
  social: { bounce: 1.25, order: 0.5, depth: -0.04, dwell: -0.05 },
  website: { bounce: 0.9, order: 0.9, depth: 0.01, dwell: 0.01 },
  campaign: { bounce: 1.1, order: 1.35, depth: 0, dwell: -0.01 },
  assistant: { bounce: 0.85, order: 1, depth: 0.01, dwell: 0.03 },
};
const CHANNELS: readonly Channel[] = ['direct', 'search', 'social', 'website', 'campaign', 'assistant'];

const DEVICE_TRAITS = {
  desktop: { bounce: 0.87, order: 1.45, depth: 0.02, dwell: 0.02 },
  phone: { bounce: 1.15, order: 0.58, depth: -0.02, dwell: -0.02 },
  tablet: { bounce: 0.95, order: 1.25, depth: 0, dwell: 0.01 },
} as const satisfies Readonly<Record<string, Traits>>;
type Device = keyof typeof DEVICE_TRAITS;
const DEVICES: readonly Device[] = ['desktop', 'phone', 'tablet'];

const LOYALTY_TRAITS: readonly Traits[] = [
  { bounce: 1.15, order: 0.8, depth: -0.01, dwell: -0.01 },
  { bounce: 0.8, order: 1.5, depth: 0.02, dwell: 0.02 },
];

/** One kind of visit. */
export interface Segment extends Traits {
  readonly channel: Channel;
  readonly device: Device;
  readonly isReturning: boolean;
}

function deviceOf(name: string): Device {
  return DEVICES.find((device) => name.includes(device)) ?? 'desktop';
}

export const SEGMENTS: readonly Segment[] = CHANNELS.flatMap((channel) =>
  DEVICES.flatMap((device) =>
    [false, true].map((isReturning) => {
      const all = [
        CHANNEL_TRAITS[channel],
        DEVICE_TRAITS[device],
        LOYALTY_TRAITS[Number(isReturning)] as Traits,
      ];
      return {
        channel,
        device,
        isReturning,
        bounce: all.reduce((product, traits) => product * traits.bounce, 1),
        order: all.reduce((product, traits) => product * traits.order, 1),
        depth: all.reduce((sum, traits) => sum + traits.depth, 0),
        dwell: all.reduce((sum, traits) => sum + traits.dwell, 0),
      };
    }),
  ),
);

const DEVICE_RANKS = new Map<string, number>();

/** Rank of the visit's segment in `SEGMENTS`. */
export function segmentOf(channel: Channel, deviceName: string, isReturning: boolean): number {
  let device = DEVICE_RANKS.get(deviceName);
  if (device === undefined) {
    device = DEVICES.indexOf(deviceOf(deviceName));
    DEVICE_RANKS.set(deviceName, device);
  }
  return (CHANNELS.indexOf(channel) * DEVICES.length + device) * 2 + Number(isReturning);
}

/** Share of visits on each device. */
export function deviceShares({ browsers }: Catalogue): ReadonlyMap<Device, number> {
  const shares = new Map<Device, number>(DEVICES.map((device) => [device, 0]));
  const total = browsers.reduce((sum, { weight }) => sum + weight, 0);
  for (const { device: name, weight } of browsers) {
    const device = deviceOf(name);
    shares.set(device, (shares.get(device) ?? 0) + weight / total);
  }
  return shares;
}
