/** What the Reporting API tells of a site's goals and dimensions, of plugins, and of how far back raw data goes. */
import type { LocalDate } from '../../types/local-date.ts';
import type { ReportingApi } from './reporting.ts';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows of a list, or of an object that is keyed by ids. */
function rowsOf(answer: unknown): Record<string, unknown>[] {
  const rows = Array.isArray(answer) ? answer : isRecord(answer) ? Object.values(answer) : [];
  return rows.filter(isRecord);
}

/** Ids of the site's goals. */
export async function fetchGoalIds(api: ReportingApi, siteId: number): Promise<number[]> {
  const goals = rowsOf(await api.ask('Goals.getGoals', { idSite: siteId, filter_limit: -1 }));
  return goals.map(({ idgoal }) => Number(idgoal)).filter(Number.isInteger);
}

export interface CustomDimension {
  readonly id: number;
  /** Absent where Matomo does not say. */
  readonly scope: string | undefined;
  readonly isActive: boolean;
}

export async function fetchDimensions(api: ReportingApi, siteId: number): Promise<CustomDimension[]> {
  const method = 'CustomDimensions.getConfiguredCustomDimensions';
  const rows = rowsOf(await api.ask(method, { idSite: siteId }));
  return rows.map(({ idcustomdimension, scope, active }) => ({
    id: Number(idcustomdimension),
    scope: typeof scope === 'string' ? scope : undefined,
    isActive: active === true || String(active) === '1',
  }));
}

export async function isPluginActive(api: ReportingApi, pluginName: string): Promise<boolean> {
  const answer = await api.ask('API.isPluginActivated', { pluginName });
  return isRecord(answer) && (answer.value === true || String(answer.value) === '1');
}

/** A setting of a plugin, which only a super user's token is told; undefined where there is none of that name. */
export async function fetchPluginSetting(api: ReportingApi, plugin: string, name: string): Promise<unknown> {
  const plugins = rowsOf(await api.ask('CorePluginsAdmin.getSystemSettings', {}));
  const own = plugins.find(({ pluginName }) => pluginName === plugin);
  return rowsOf(own?.settings).find((setting) => setting.name === name)?.value;
}

/** Day in UTC of the oldest visit of which there is raw data; undefined where there is none. */
export async function fetchOldestRawDay(
  api: ReportingApi,
  siteId: number,
  from: LocalDate,
  to: LocalDate,
): Promise<LocalDate | undefined> {
  const answer = await api.ask('Live.getLastVisitsDetails', {
    idSite: siteId,
    period: 'range',
    date: `${from},${to}`,
    filter_limit: 1,
    filter_sort_order: 'asc',
    doNotFetchActions: 1,
  });
  const seconds = Number(rowsOf(answer)[0]?.lastActionTimestamp);
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 10) : undefined;
}

/** Visits that the reports show for the day. */
export async function fetchReportedVisits(
  api: ReportingApi,
  siteId: number,
  date: LocalDate,
): Promise<number> {
  const answer = await api.ask('VisitsSummary.get', { idSite: siteId, period: 'day', date });
  return isRecord(answer) ? Number(answer.nb_visits ?? 0) || 0 : 0;
}
