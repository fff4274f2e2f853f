/** What a new funnel begins with. */
import type { FunnelStep } from '../../../api/schema.ts';
import type { FunnelDraft } from '../draft.ts';

const page = (url: string, title: string, wait = 20): FunnelStep => ({
  type: 'pageview',
  url,
  title,
  delay_seconds_min: 5,
  delay_seconds_max: wait,
});

export const EMPTY_FUNNEL: FunnelDraft = {
  name: '',
  description: '',
  probability: 0.1,
  priority: 0,
  enabled: true,
  exit_after_completion: true,
  steps: [page('https://example.com/', 'Home')],
};

export const TEMPLATES: readonly FunnelDraft[] = [
  {
    ...EMPTY_FUNNEL,
    name: 'Purchase',
    description: 'From the shop to an order',
    probability: 0.03,
    steps: [
      page('https://example.com/shop', 'Shop', 40),
      page('https://example.com/shop/product', 'Product', 60),
      { ...page('https://example.com/cart', 'Cart', 30), continue_probability: 0.6 },
      { ...page('https://example.com/checkout', 'Checkout', 60), continue_probability: 0.7 },
      { type: 'ecommerce' },
    ],
  },
  {
    ...EMPTY_FUNNEL,
    name: 'Lead generation',
    description: 'Reads about the offer and sends a form',
    probability: 0.05,
    steps: [
      page('https://example.com/landing', 'Landing page', 45),
      { ...page('https://example.com/pricing', 'Pricing', 60), continue_probability: 0.5 },
      page('https://example.com/contact', 'Contact', 90),
      { type: 'event', event_category: 'Form', event_action: 'Submit', event_name: 'Contact' },
    ],
  },
  {
    ...EMPTY_FUNNEL,
    name: 'Content discovery',
    description: 'Searches, reads, downloads',
    probability: 0.08,
    exit_after_completion: false,
    steps: [
      page('https://example.com/', 'Home', 30),
      { type: 'site_search', search_keyword: 'guide', delay_seconds_min: 3, delay_seconds_max: 15 },
      page('https://example.com/articles/guide', 'Guide', 240),
      { type: 'download', target_url: 'https://example.com/files/guide.pdf' },
    ],
  },
];
