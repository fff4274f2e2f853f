/** What the endpoint knows before the first hit: its sites, their goals and who may do what. */
import { z } from 'zod';
import { type Problem, SettingsError } from '../errors.ts';
import { isAddressRange } from './tracking/addresses.ts';
import { isZone } from './zone.ts';

const goalSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string().min(1).optional(),
  /** How it is reached: by a page's URL (letter case ignored) or only by an `idgoal` hit. */
  match: z
    .union([
      z.literal('manual'),
      z.strictObject({ type: z.literal('url-contains'), text: z.string().min(1) }),
    ])
    .default('manual'),
  /** False: once a visit. */
  repeatable: z.boolean().default(false),
});

const dimensionSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string().min(1).default('Dimension'),
  scope: z.enum(['visit', 'action']).default('visit'),
  active: z.boolean().default(true),
});

const siteSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string().min(1).optional(),
  timezone: z
    .string()
    .refine(isZone, 'expected a timezone such as Europe/Stockholm, or UTC+5.5')
    .default('UTC'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected three capital letters such as EUR')
    .default('EUR'),
  ecommerce: z.boolean().default(true),
  siteSearch: z.boolean().default(true),
  mainUrl: z.url({ protocol: /^https?$/ }).default('https://example.test'),
  /** Further URLs of the site. */
  aliasUrls: z.array(z.url({ protocol: /^https?$/ })).default([]),
  /** Day on which the site was made, UTC. */
  createdAt: z.iso.date().default('2020-01-01'),
  /** Addresses, CIDR ranges and IPv4 wildcards such as `10.1.*.*`. */
  excludedIps: z
    .array(z.string().refine(isAddressRange, 'expected an IP address or a range such as 10.0.0.0/8'))
    .default([]),
  /** Parts of user agents, letter case ignored. */
  excludedUserAgents: z.array(z.string().min(1)).default([]),
  excludeUnknownUrls: z.boolean().default(false),
  goals: z.array(goalSchema).default([]),
  customDimensions: z.array(dimensionSchema).default([]),
});

const tokenSchema = z.strictObject({
  token: z.string().min(1),
  role: z.enum(['super', 'admin', 'write', 'view']),
  /** Site numbers; a super user needs none. */
  sites: z.array(z.int().positive()).default([]),
});

const configSchema = z.strictObject({
  /** The Matomo that it behaves as. From 5.4 on, bearer tokens count. */
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'expected a version such as 5.4.0')
    .default('5.0.2'),
  /** Names of plugins that are switched on besides those that always are. */
  plugins: z.array(z.string().min(1)).default([]),
  /** Settings of plugins, by plugin and name, as a super user sees them. */
  systemSettings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** Raw data of visits that are older than so many days has been deleted: reports keep them, the visitor log does not. */
  rawDataDays: z.int().positive().optional(),
  sites: z.array(siteSchema).min(1),
  tokens: z.array(tokenSchema).default([]),
});

export type SinkConfig = z.infer<typeof configSchema>;
export type SinkSite = SinkConfig['sites'][number];
export type SinkGoal = SinkSite['goals'][number];

function duplicates(subject: string, ids: readonly (number | string)[], shown = true): Problem[] {
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => ({
    code: 'duplicate',
    subject,
    message: `sink configuration: expected each of ${subject} once, found ${shown ? id : 'one'} twice`,
  }));
}

function contradictions(config: SinkConfig): Problem[] {
  const ids = config.sites.map((site) => site.id);
  const unknown = config.tokens.flatMap((token, index) =>
    token.sites
      .filter((id) => !ids.includes(id))
      .map((id) => ({
        code: 'unknown-site',
        subject: `tokens.${index}.sites`,
        message: `sink configuration: tokens.${index}.sites: expected a site that is listed, found ${id}`,
      })),
  );
  const tokens = config.tokens.map((token) => token.token);
  return [
    ...duplicates('sites', ids),
    ...config.sites.flatMap((site, index) =>
      duplicates(
        `sites.${index}.goals`,
        site.goals.map((goal) => goal.id),
      ),
    ),
    ...duplicates('tokens', tokens, false),
    ...unknown,
  ];
}

/**
 * Checks a configuration that a user wrote; whatever is left out takes its default.
 * Throws a `SettingsError` that lists every problem.
 */
export function parseSinkConfig(value: unknown): SinkConfig {
  const parsed = configSchema.safeParse(value);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map((issue) => {
        const subject = issue.path.join('.') || 'the whole value';
        return { code: issue.code, subject, message: `sink configuration: ${subject}: ${issue.message}` };
      });
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  return parsed.data;
}

/** Three sites and three tokens, enough for a smoke check. */
export const DEFAULT_SINK_CONFIG: SinkConfig = parseSinkConfig({
  sites: [
    {
      id: 1,
      name: 'Example',
      goals: [
        { id: 1, name: 'Thanks', match: { type: 'url-contains', text: '/thanks' } },
        { id: 2, name: 'Sign-up' },
        { id: 3, name: 'Contact', repeatable: true },
      ],
    },
    { id: 2, name: 'Example Sweden', timezone: 'Europe/Stockholm', currency: 'SEK' },
    {
      id: 3,
      name: 'Example America',
      timezone: 'America/New_York',
      currency: 'USD',
      ecommerce: false,
      siteSearch: false,
    },
  ],
  tokens: [
    { token: 'a'.repeat(32), role: 'super' },
    { token: 'b'.repeat(32), role: 'write', sites: [1] },
    { token: 'c'.repeat(32), role: 'view', sites: [1] },
  ],
});
