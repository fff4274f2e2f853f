/** Events, as clients of the earlier control service ask for them; each has an id. */
import * as z from 'zod';
import { settingOf } from '../../../config/schema/settings.ts';
import { SettingsError } from '../../../errors.ts';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../../http/route.ts';
import type { Service } from '../../service.ts';
import {
  checkedDocument,
  type EventDocument,
  eventRecord,
  type StoredEvents,
} from '../../store/event-store.ts';
import { id } from './numbered.ts';

const TAG = 'Events';
const content = z.strictObject({ content: z.string() });

const stored = z.object({
  id: z.int(),
  category: z.string(),
  action: z.string(),
  name: z.string(),
  value: z.number().nullish(),
});
const share = z.number().nullable();
const config = z.object({
  click_events_probability: share,
  random_events_probability: share,
  click_events: z.array(stored),
  random_events: z.array(stored),
});
const stats = z.record(z.string(), z.unknown());
const validation = z.object({
  valid: z.boolean(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  stats,
});
const changed = z.object({
  success: z.boolean(),
  message: z.string(),
  validation: validation.optional(),
  config: config.optional(),
  restart_required: z.boolean().optional(),
});

function statsOf({ click_events: click, random_events: random, ...rest }: EventDocument) {
  const categories = (events: EventDocument['click_events']) => [
    ...new Set(events.map(({ category }) => category)),
  ];
  return {
    total_click_events: click.length,
    total_random_events: random.length,
    click_events_probability: rest.click_events_probability ?? null,
    random_events_probability: rest.random_events_probability ?? null,
    click_event_categories: categories(click),
    random_event_categories: categories(random),
  };
}

/** @throws SyntaxError for what is no JSON */
function validate(text: string) {
  try {
    const document = checkedDocument(text, 'events');
    const isEmpty = document.click_events.length + document.random_events.length === 0;
    const warnings = isEmpty ? ['There are no events: no visit will trigger one'] : [];
    return { valid: true, errors: [], warnings, stats: statsOf(document) };
  } catch (error) {
    if (error instanceof SettingsError) {
      return { valid: false, errors: error.problems.map(({ message }) => message), warnings: [], stats: {} };
    }
    if (error instanceof z.ZodError) {
      return { valid: false, errors: error.issues.map(({ message }) => message), warnings: [], stats: {} };
    }
    throw error;
  }
}

function noJson(error: unknown): string {
  if (error instanceof SyntaxError) return `Invalid JSON: ${error.message.slice(0, 200)}`;
  throw error;
}

const versionOf = ({ service }: Call) => service.events.read().config;

function reply(config: StoredEvents, message: string): Reply {
  return {
    json: { success: true, message, config, restart_required: true },
    headers: { etag: etagOf(config) },
  };
}

/** How often events are triggered: as they say themselves, else as the settings say. */
function sharesInForce(own: StoredEvents, { base }: Service) {
  const inForce = (key: 'clickEventsProbability' | 'randomEventsProbability') => {
    const { env, default: otherwise } = settingOf(key);
    return Number(base().get(env) ?? otherwise);
  };
  return {
    click_events_probability: own.click_events_probability ?? inForce('clickEventsProbability'),
    random_events_probability: own.random_events_probability ?? inForce('randomEventsProbability'),
  };
}

export const eventRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/events',
    tag: TAG,
    summary: 'Show the current events',
    role: 'read',
    limit: 20,
    answers: {
      200: {
        description: 'Events',
        schema: z.object({
          config,
          saved_probabilities: z
            .object({ click_events_probability: share, random_events_probability: share })
            .describe('As the events say themselves; null: as the settings say'),
          source: z.enum(['custom', 'default']),
          validation,
        }),
      },
    },
    handle: (_request, { service }) => {
      const { config: own, source } = service.events.read();
      const { click_events_probability, random_events_probability } = own;
      return {
        json: {
          config: { ...own, ...sharesInForce(own, service) },
          saved_probabilities: { click_events_probability, random_events_probability },
          source,
          validation: validate(JSON.stringify(own)),
        },
        headers: { etag: etagOf(own) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/events',
    tag: TAG,
    summary: 'Replace all events; see success',
    role: 'write',
    limit: 10,
    body: content,
    answers: {
      200: { description: 'The result', schema: changed },
      400: { description: 'The content is not JSON', schema: z.object({ detail: z.string() }) },
    },
    handle: ({ body }, call) => {
      checkMatch(call, versionOf(call));
      try {
        const checked = validate(body.content);
        if (!checked.valid) {
          return { json: { success: false, message: 'Events validation failed', validation: checked } };
        }
        const saved = call.service.events.replaceAll(body.content);
        call.service.audit.add(call.identity, 'events.save', 'events');
        return {
          json: {
            success: true,
            message: 'Events saved',
            validation: checked,
            config: saved,
            restart_required: true,
          },
          headers: { etag: etagOf(saved) },
        };
      } catch (error) {
        throw new Refusal(400, noJson(error), { code: 'events-not-json' });
      }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/events/validate',
    tag: TAG,
    summary: 'Check events, and save nothing',
    role: 'read',
    limit: 20,
    body: content,
    answers: { 200: { description: 'What is wrong with them', schema: validation } },
    handle: ({ body }) => {
      try {
        return { json: validate(body.content) };
      } catch (error) {
        return { json: { valid: false, errors: [noJson(error)], warnings: [], stats: {} } };
      }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/api/events/{id}',
    tag: TAG,
    summary: 'Replace one event',
    role: 'write',
    limit: 30,
    params: id,
    body: eventRecord,
    answers: { 200: { description: 'All events', schema: changed } },
    handle: ({ params, body }, call) => {
      checkMatch(call, versionOf(call));
      const config = call.service.events.replace(params.id, body);
      call.service.audit.add(call.identity, 'event.change', `event ${params.id}`);
      return reply(config, 'Event saved');
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/events/{id}',
    tag: TAG,
    summary: 'Remove one event',
    role: 'write',
    limit: 30,
    params: id,
    answers: { 200: { description: 'All events', schema: changed } },
    handle: ({ params }, call) => {
      checkMatch(call, versionOf(call));
      const config = call.service.events.remove(params.id);
      call.service.audit.add(call.identity, 'event.delete', `event ${params.id}`);
      return reply(config, 'Event removed');
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/events',
    tag: TAG,
    summary: 'Go back to the built-in events',
    role: 'write',
    limit: 10,
    answers: { 200: { description: 'The result', schema: changed } },
    handle: (_request, call) => {
      const { service, identity } = call;
      checkMatch(call, versionOf(call));
      const wasThere = service.events.reset();
      if (wasThere) service.audit.add(identity, 'events.reset', 'events');
      const message = wasThere ? 'The built-in events are used again' : 'Already using default events';
      return { json: { success: true, message, restart_required: wasThere } };
    },
  }),
];
