// A webinar: on its days everyone comes at the same time from a newsletter, and stays for 40 minutes.
//
//   trafficinator run --sink --plugin './webinar.mjs {"days": ["2026-11-26"]}' --dry-run

const options = {
  type: 'object',
  properties: {
    title: { type: 'string', default: 'Product tour, live' },
    days: {
      type: 'array',
      items: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
      default: [],
      description: 'Dates of the webinar. If empty, every Thursday.',
    },
    hour: { type: 'integer', minimum: 1, maximum: 22, default: 15 },
    rush: {
      type: 'number',
      minimum: 1,
      maximum: 100,
      default: 20,
      description: 'How much busier it is then.',
    },
  },
  additionalProperties: false,
};

const MINUTES = 5; // People come from 2 minutes before the hour to 3 minutes after it.

export default {
  name: 'webinar',
  apiVersion: 1,
  version: '1.0.0',
  description: 'Everyone comes at 15:00 from a newsletter and stays 40 minutes.',
  options,
  setup({ options: { title, days, hour, rush } }) {
    const isOn = ({ date, weekday }) => (days.length > 0 ? days.includes(date) : weekday === 4);
    const isStart = (when) => {
      const early = hour * 60 - 2;
      return isOn(when) && when.minute >= early && when.minute < early + MINUTES;
    };

    return {
      // More people in these minutes: so many times as many as there would be.
      arrivals: {
        start: { dates: days, weight: (when) => (isStart(when) ? rush : 1) },
      },
      behaviours: {
        attend: {
          // Of those who come then, all but the usual visits join.
          share: (when) => (isStart(when) ? 1 - 1 / rush : 0),
          longestMs: 60 * 60_000,
          visit({ random }) {
            const steps = [
              { type: 'pageview', url: '/webinar', title },
              {
                type: 'event',
                category: 'Webinar',
                action: 'join',
                name: title,
                afterSeconds: random.between(5, 60),
              },
            ];
            // A sign of life every ten minutes, which also keeps the visit alive in Matomo.
            for (let minute = 10; minute <= 40; minute += 10) {
              if (random.chance(0.06)) return { source, steps };
              steps.push({
                type: 'event',
                category: 'Webinar',
                action: 'watch',
                name: title,
                value: minute,
                afterSeconds: 600 + random.integer(-20, 20),
              });
            }
            if (random.chance(0.3)) steps.push({ type: 'pageview', url: '/pricing', title: 'Pricing' });
            return { source, steps };
          },
        },
      },
    };
  },
};

const source = { type: 'campaign', name: 'webinar', source: 'newsletter', medium: 'email' };
