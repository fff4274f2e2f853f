/** Goals and custom dimensions that the settings and plugins name, against those that the site has. */

import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import { type CustomDimension, fetchDimensions, fetchGoalIds } from '../matomo/reporting/server-facts.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import { type Finding, unknownFinding } from './finding.ts';
import type { Expectation, OriginOf, PluginDimension } from './site.ts';

type Questions = Expectation & { readonly api: ReportingApi };

function listed(ids: readonly number[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ').replace(/, (\d+)$/, ' and $1');
}

function goalFinding({ goalIds }: TrafficSettings, known: readonly number[], originOf: OriginOf): Finding {
  const missing = goalIds.filter((id) => !known.includes(id));
  if (missing.length === 0) {
    return {
      code: 'site-goals',
      severity: 'ok',
      area: 'target',
      message: `The site has goal ${listed(goalIds)}.`,
    };
  }
  return {
    code: 'site-goals',
    severity: 'error',
    area: 'settings',
    message: `GOAL_IDS names goal ${listed(missing)}, which the site does not have: Matomo refuses such conversions. Its goals: ${listed(known)}.`,
    hint: 'Correct GOAL_IDS (--goal-ids), or create the goal in Matomo.',
    origin: originOf('GOAL_IDS'),
  };
}

/** Why Matomo would not keep a value for the dimension. */
function faultOf(id: number, known: readonly CustomDimension[]): string | undefined {
  const dimension = known.find((one) => one.id === id);
  if (dimension === undefined) return 'which the site does not have';
  return dimension.isActive ? undefined : 'which is not active';
}

function dimensionFindings(
  setting: string,
  ids: readonly number[],
  known: readonly CustomDimension[],
  originOf: OriginOf,
): Finding[] {
  const faults = ids.flatMap((id): Finding[] => {
    const fault = faultOf(id, known);
    if (fault === undefined) return [];
    const message = `${setting} names custom dimension ${id}, ${fault}: Matomo ignores its values without an error.`;
    const hint = `Correct ${setting}, or create and activate the dimension in Matomo.`;
    return [
      {
        code: 'site-dimensions',
        severity: 'error',
        area: 'settings',
        message,
        hint,
        origin: originOf(setting),
      },
    ];
  });
  if (faults.length > 0) return faults;
  const message = `The site has custom dimension ${listed(ids)} of ${setting}.`;
  return [{ code: 'site-dimensions', severity: 'ok', area: 'target', message }];
}

async function goalFindings({ api, traffic, originOf }: Questions): Promise<Finding[]> {
  if (traffic.goalIds.length === 0) return [];
  return unknownFinding('site-goals', "The site's goals", async () => [
    goalFinding(traffic, await fetchGoalIds(api, traffic.siteId), originOf),
  ]);
}

/** Dimensions of plugins that the site lacks, or has with another scope: one finding each. */
function pluginFindings(
  named: readonly PluginDimension[],
  known: readonly CustomDimension[],
  originOf: OriginOf,
): Finding[] {
  const findings = named.flatMap(({ id, scope, place }): Finding[] => {
    const found = known.find((one) => one.id === id)?.scope;
    const fault =
      faultOf(id, known) ??
      (found === scope || found === undefined
        ? undefined
        : `whose scope is ${found} in Matomo, but ${scope} here`);
    if (fault === undefined) return [];
    return [
      {
        code: 'site-dimensions',
        severity: 'error',
        area: 'settings',
        message: `Plugin ${place}, fills custom dimension ${id}, ${fault}: Matomo ignores its values without an error.`,
        hint: 'Give the plugin the ID of a dimension that the site has, or create and activate one in Matomo.',
        origin: originOf('PLUGINS'),
      },
    ];
  });
  if (findings.length > 0 || named.length === 0) return findings;
  const ids = named.map(({ id }) => id);
  const message = `The site has custom dimension ${listed(ids)} of the plugins.`;
  return [{ code: 'site-dimensions', severity: 'ok', area: 'target', message }];
}

/** Whether the settings or plugins name any goal or dimension. */
export function namesIds({ traffic, pluginDimensions }: Expectation): boolean {
  const { goalIds, customDimensions, runDimensionId } = traffic;
  return [goalIds, customDimensions, pluginDimensions].some(({ length }) => length > 0) || !!runDimensionId;
}

/** Asks only for what the settings and plugins name. */
export async function checkNamedIds(questions: Questions): Promise<Finding[]> {
  const { api, traffic, originOf, pluginDimensions } = questions;
  const { customDimensions, runDimensionId } = traffic;
  const named: readonly [setting: string, ids: readonly number[]][] = [
    ['CUSTOM_DIMENSIONS', customDimensions],
    ['RUN_DIMENSION_ID', runDimensionId === undefined ? [] : [runDimensionId]],
  ];
  const asked = named.filter(([, ids]) => ids.length > 0);
  const goals = await goalFindings(questions);
  if (asked.length === 0 && pluginDimensions.length === 0) return goals;
  const dimensions = await unknownFinding('site-dimensions', "The site's custom dimensions", async () => {
    const known = await fetchDimensions(api, traffic.siteId);
    return [
      ...asked.flatMap(([setting, ids]) => dimensionFindings(setting, ids, known, originOf)),
      ...pluginFindings(pluginDimensions, known, originOf),
    ];
  });
  return [...goals, ...dimensions];
}
