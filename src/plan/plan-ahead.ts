/** A plan that is made while a command waits, before it is sure that nothing in its settings will change. */
import { isDeepStrictEqual } from 'node:util';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import { createPlan, type Plan } from './plan.ts';
import type { Extensions } from './plugins/extensions.ts';

export type MakePlan = (settings: TrafficSettings, extensions?: Extensions) => Plan;

export interface PlanAhead {
  /** Makes the plan of these settings, for the first who asks for the same. */
  prepare(settings: TrafficSettings): void;
  readonly make: MakePlan;
}

export function createPlanAhead(create: MakePlan = createPlan): PlanAhead {
  let ahead: { readonly settings: TrafficSettings; readonly plan: Plan } | undefined;
  return {
    prepare(settings) {
      ahead = { settings, plan: create(settings) };
    },
    make(settings, extensions) {
      const isSame = ahead && !extensions && isDeepStrictEqual(ahead.settings, settings);
      const plan = isSame ? ahead?.plan : undefined;
      ahead = undefined;
      return plan ?? create(settings, extensions);
    },
  };
}
