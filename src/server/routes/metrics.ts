/** Metrics of all jobs for Prometheus. */
import { defineRoute } from '../http/route.ts';
import { METRICS_TYPE, metricsText } from '../jobs/metrics-text.ts';

export const metricRoutes = [
  defineRoute({
    method: 'get',
    path: '/metrics',
    tag: 'Service',
    summary: 'Show metrics of all jobs (Prometheus)',
    description:
      'A scraper of this machine needs no key; any other shows one, also as Authorization: Bearer.',
    role: 'read',
    isOpenToLoopback: true,
    limit: 120,
    answers: { 200: { description: 'Metrics', contentType: 'text/plain' } },
    handle: (_request, { service }) => ({
      text: metricsText(service.jobs.atWork, service.host.version),
      contentType: METRICS_TYPE,
    }),
  }),
];
