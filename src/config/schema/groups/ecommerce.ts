/** Settings of the shop: who orders, and what orders and carts look like. */
import { setting } from '../setting.ts';
import { number, numbers, share, wholeNumber } from '../values.ts';

const group = 'ecommerce';

export const ecommerceSettings = {
  ecommerceProbability: setting(share().default(0.05), {
    env: 'ECOMMERCE_PROBABILITY',
    group,
    unit: 'share of visits',
    description: 'Visits with an order. 0 leaves built-in funnels with orders out too.',
  }),
  cartAbandonment: setting(share().default(0.67), {
    env: 'CART_ABANDONMENT',
    group,
    unit: 'share of carts',
    description: 'Carts that are abandoned, in addition to the visits with an order.',
  }),
  ecommerceOrderValueMin: setting(number(0.01).default(15.99), {
    env: 'ECOMMERCE_ORDER_VALUE_MIN',
    group,
    unit: 'currency',
    description: 'Lowest revenue of an order.',
  }),
  ecommerceOrderValueMax: setting(number(0.01).default(299.99), {
    env: 'ECOMMERCE_ORDER_VALUE_MAX',
    group,
    unit: 'currency',
    description: 'Highest revenue of an order.',
  }),
  ecommerceItemsMin: setting(wholeNumber(1, 50).default(1), {
    env: 'ECOMMERCE_ITEMS_MIN',
    group,
    unit: 'items',
    description: 'Fewest items of an order.',
  }),
  ecommerceItemsMax: setting(wholeNumber(1, 50).default(5), {
    env: 'ECOMMERCE_ITEMS_MAX',
    group,
    unit: 'items',
    description: 'Most items of an order.',
  }),
  ecommerceTaxRate: setting(number(0, 1).default(0.1), {
    env: 'ECOMMERCE_TAX_RATE',
    group,
    unit: 'share of the price',
    description: 'Tax rate for the items of an order.',
  }),
  ecommerceShippingRates: setting(numbers(0).default([0, 5.99, 9.99, 15.99]), {
    env: 'ECOMMERCE_SHIPPING_RATES',
    group,
    unit: 'currency',
    description: 'Possible shipping costs.',
  }),
};
