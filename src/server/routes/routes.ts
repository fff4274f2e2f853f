/** The table of all routes. A room of routes adds its list here, and nothing else has to be told. */
import type { Route } from '../http/route.ts';
import { loginRoutes } from './login.ts';
import { metaRoutes } from './meta.ts';
import { controlRoutes } from './predecessor/control.ts';
import { logRoutes } from './predecessor/logs.ts';
import { previewRoutes } from './v2/preview.ts';
import { runRoutes } from './v2/runs.ts';
import { streamRoutes } from './v2/stream.ts';

export const routes: readonly Route[] = [
  ...metaRoutes,
  ...loginRoutes,
  ...controlRoutes,
  ...logRoutes,
  ...runRoutes,
  ...previewRoutes,
  ...streamRoutes,
];
