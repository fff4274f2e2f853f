/** Settings of the way to the server: patience, retries, and how much is logged. */
import { webAddress } from '../request-values.ts';
import { setting } from '../setting.ts';
import { number, oneOf, thresholds, wholeNumber } from '../values.ts';

const group = 'delivery';

export const deliverySettings = {
  connectTimeoutSeconds: setting(number(0.1, 60).default(5), {
    env: 'CONNECT_TIMEOUT',
    group,
    unit: 'seconds',
    description: 'Maximum time to open a connection.',
  }),
  responseTimeoutSeconds: setting(number(0.1, 600).default(30), {
    env: 'RESPONSE_TIMEOUT',
    group,
    unit: 'seconds',
    description: 'Maximum time to wait for a response.',
  }),
  maxLatenessSeconds: setting(number(0.1, 3600).default(30), {
    env: 'MAX_LATENESS',
    group,
    unit: 'seconds',
    commands: ['run'],
    description: 'A live hit that cannot be sent within this time after it was due is skipped and counted.',
  }),
  retryAttempts: setting(wholeNumber(0, 20).default(5), {
    env: 'RETRY_ATTEMPTS',
    group,
    unit: 'retries',
    description: 'How many times a failed request is retried.',
  }),
  stallTimeoutSeconds: setting(number(1, 86_400).default(120), {
    env: 'STALL_TIMEOUT',
    group,
    unit: 'seconds',
    description: 'A backfill that makes no progress for this long stops; `--resume` continues it.',
  }),
  thresholds: setting(thresholds().default([]), {
    env: 'THRESHOLDS',
    flag: 'threshold',
    group,
    isRepeatable: true,
    description:
      'A limit that the run must keep, else the exit code is 5. It is checked for each target, over the whole run or a sliding window.',
  }),
  notifyUrl: setting(webAddress().optional(), {
    env: 'NOTIFY_URL',
    flag: 'notify',
    group,
    secret: true,
    description:
      'Webhook that gets a message when a run ends by itself: done, failed, hits lost, a threshold missed or a verification that differs. Slack and Teams addresses get their own format.',
  }),
  logLevel: setting(
    oneOf(['error', 'warning', 'info', 'debug'], { warn: 'warning', critical: 'error' }).default('info'),
    {
      env: 'LOG_LEVEL',
      group,
      description: 'How much is logged to standard error. `--quiet` and `--verbose` override it.',
    },
  ),
};
