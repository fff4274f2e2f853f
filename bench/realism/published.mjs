// Published figures of real sites, and where ours stand: each with its source by name.

const ratio = (a, b) => (b === 0 ? 0 : a / b);
const share = (values, has) => (values.length === 0 ? 0 : values.filter(has).length / values.length);

const MONETATE_2015 = 'Monetate, Ecommerce Quarterly EQ4 2015 (7 billion shopping experiences)';
const MONETATE_2016 = 'Monetate, E-Commerce Quarterly Q2 2016';
const CONTENTSQUARE_2020 = 'Contentsquare, 2020 benchmark of e-commerce sites';
const CONTENTSQUARE_2022 = 'Contentsquare, Digital Experience Benchmark 2022 (3,800 websites)';
const CONTENTSQUARE_2024 = 'Contentsquare, Digital Experience Benchmark 2024, as ConversionBench cites it';
const ACCOUNTS_500 = '“What’s a Good Bounce Rate? We Asked 500 Analytics Accounts”';
const BAYMARD = 'Baymard Institute, cart abandonment over 49 studies (2024)';
const FUNNEL = 'Kissmetrics, “E-commerce Funnel Optimization”: 7-8 % carts, 3-4 % checkouts, 2-3 % orders';
const WORKAREA = 'Workarea, 25 mid-market fashion retailers (2018)';
const PEW_2014 = 'Pew Research Center, “Social, Search & Direct” (2014), 26 news sites, computers only';
const PEW_2011 = 'Pew Research Center, “Navigating News Online” (2011), top 25 news sites';

/** `published` is a number or a range; `ours` is read from the measurement of the preset. */
export const FIGURES = [
  {
    what: 'bounce rate, phone against desktop',
    preset: 'shop',
    published: [51 / 43, 37 / 26],
    source: `${CONTENTSQUARE_2020}; ${MONETATE_2015}`,
    ours: ({ devices }) => ratio(devices.phone.bounce, devices.desktop.bounce),
  },
  {
    what: 'bounce rate, social against search',
    preset: 'content',
    published: 67.6 / 55.6,
    source: ACCOUNTS_500,
    ours: ({ channels }) => ratio(channels.social.bounce, channels.search.bounce),
  },
  {
    what: 'bounce rate, new against returning',
    preset: 'shop',
    published: 34.8 / 24.4,
    source: MONETATE_2015,
    ours: ({ loyalty }) => ratio(loyalty.new.bounce, loyalty.returning.bounce),
  },
  {
    what: 'carts in visits, returning against new',
    preset: 'shop',
    published: 14.8 / 7.6,
    source: MONETATE_2015,
    ours: ({ loyalty }) => ratio(loyalty.returning.cart, loyalty.new.cart),
  },
  {
    what: 'orders in visits, returning against new',
    preset: 'shop',
    published: 4.5 / 2.4,
    source: MONETATE_2015,
    ours: ({ loyalty }) => ratio(loyalty.returning.order, loyalty.new.order),
  },
  {
    what: 'orders in visits, desktop against phone',
    preset: 'shop',
    published: 3.99 / 1.48,
    source: MONETATE_2016,
    ours: ({ devices }) => ratio(devices.desktop.order, devices.phone.order),
  },
  {
    what: 'carts left without an order',
    preset: 'shop',
    published: 0.7019,
    source: BAYMARD,
    ours: ({ all }) => 1 - ratio(all.order, all.cart),
  },
  {
    what: 'visits with a cart',
    preset: 'shop',
    published: [0.07, 0.1],
    source: `${FUNNEL}; ${MONETATE_2015}`,
    ours: ({ all }) => all.cart,
  },
  {
    what: 'visits with an order',
    preset: 'shop',
    published: [0.02, 0.03],
    source: FUNNEL,
    ours: ({ all }) => all.order,
  },
  {
    what: 'checkouts per cart',
    preset: 'shop',
    published: [3 / 7, 4 / 8],
    source: FUNNEL,
    ours: ({ steps }) => ratio(steps[1].share, steps[0].share),
  },
  {
    what: 'pageviews of a visit that orders',
    preset: 'shop',
    published: 22,
    source: CONTENTSQUARE_2022,
    ours: ({ orderPages }) => orderPages,
  },
  {
    what: 'mean seconds of a visit',
    preset: 'shop',
    published: 127,
    source: CONTENTSQUARE_2024,
    ours: ({ all }) => all.seconds,
  },
  {
    what: 'mean seconds of a visit',
    preset: 'content',
    published: 185,
    source: CONTENTSQUARE_2024,
    ours: ({ all }) => all.seconds,
  },
  {
    what: 'seconds of a visit, direct against search',
    preset: 'content',
    published: 276 / 102,
    source: PEW_2014,
    ours: ({ channels }) => ratio(channels.direct.seconds, channels.search.seconds),
  },
  {
    what: 'visitors with one or two visits a month',
    preset: 'content',
    published: 0.77,
    source: PEW_2011,
    ours: ({ frequencies }) => share(frequencies, (count) => count <= 2),
  },
  {
    what: 'visitors with ten visits a month or more',
    preset: 'content',
    published: 0.07,
    source: PEW_2011,
    ours: ({ frequencies }) => share(frequencies, (count) => count >= 10),
  },
  ...[
    ['Monday', 0, 15.33],
    ['Tuesday', 1, 14.59],
    ['Friday', 4, 13.31],
    ['Sunday', 6, 14.81],
  ].map(([day, rank, percent]) => ({
    what: `visits on a ${day}`,
    preset: 'shop',
    published: percent / 100,
    source: WORKAREA,
    ours: ({ weekdays }) => weekdays[rank],
  })),
  {
    what: 'returning visits in 30 days, against what is set',
    preset: 'saas',
    published: (measured) => measured.set.returning,
    source: 'the setting',
    ours: ({ returningIn30Days }) => returningIn30Days,
  },
];

/** How far ours is from the nearest published value, as a part of it. */
export function distanceOf({ published, ours }, measured) {
  const value = ours(measured);
  const wanted = typeof published === 'function' ? published(measured) : published;
  const [low, high] = Array.isArray(wanted) ? wanted : [wanted, wanted];
  const nearest = Math.min(Math.max(value, low), high);
  return { value, low, high, distance: nearest === 0 ? 0 : (value - nearest) / nearest };
}
