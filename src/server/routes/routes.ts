/** The table of all routes. A room of routes adds its list here, and nothing else has to be told. */
import type { Route } from '../http/route.ts';
import { loginRoutes } from './login.ts';
import { metaRoutes } from './meta.ts';
import { metricRoutes } from './metrics.ts';
import { pageRoutes } from './page.ts';
import { oneOffBackfillRoutes } from './predecessor/backfill.ts';
import { configRoutes } from './predecessor/config.ts';
import { controlRoutes } from './predecessor/control.ts';
import { eventRoutes } from './predecessor/events.ts';
import { funnelRoutes } from './predecessor/funnels.ts';
import { logRoutes } from './predecessor/logs.ts';
import { presetRoutes } from './predecessor/presets.ts';
import { urlRoutes } from './predecessor/urls.ts';
import { auditRoutes } from './v2/audit.ts';
import { bundleRoutes } from './v2/bundle.ts';
import { clusterRoutes } from './v2/cluster.ts';
import { builtInFunnelRoutes } from './v2/funnels.ts';
import { keptSettingRoutes } from './v2/kept-settings.ts';
import { notificationRoutes } from './v2/notifications.ts';
import { backfillDayRoutes } from './v2/plans/backfill-days.ts';
import { backfillRoutes } from './v2/plans/backfills.ts';
import { plannedVisitRoutes } from './v2/plans/planned-visits.ts';
import { previewRoutes } from './v2/plans/preview.ts';
import { pluginRoutes } from './v2/plugins.ts';
import { allPresetRoutes } from './v2/presets.ts';
import { runControlRoutes } from './v2/runs/run-control.ts';
import { runResultRoutes } from './v2/runs/run-results.ts';
import { runRoutes } from './v2/runs/runs.ts';
import { streamRoutes } from './v2/runs/stream.ts';
import { verificationRoutes } from './v2/runs/verification.ts';
import { scheduleRoutes } from './v2/schedules.ts';
import { settingRoutes } from './v2/settings.ts';
import { targetRoutes } from './v2/targets.ts';

export const routes: readonly Route[] = [
  ...metaRoutes,
  ...metricRoutes,
  ...pageRoutes,
  ...loginRoutes,
  ...controlRoutes,
  ...logRoutes,
  ...configRoutes,
  ...presetRoutes,
  ...funnelRoutes,
  ...urlRoutes,
  ...eventRoutes,
  ...oneOffBackfillRoutes,
  ...runRoutes,
  ...runControlRoutes,
  ...runResultRoutes,
  ...backfillRoutes,
  ...backfillDayRoutes,
  ...verificationRoutes,
  ...clusterRoutes,
  ...previewRoutes,
  ...plannedVisitRoutes,
  ...pluginRoutes,
  ...targetRoutes,
  ...settingRoutes,
  ...keptSettingRoutes,
  ...allPresetRoutes,
  ...builtInFunnelRoutes,
  ...bundleRoutes,
  ...scheduleRoutes,
  ...notificationRoutes,
  ...auditRoutes,
  ...streamRoutes,
];
