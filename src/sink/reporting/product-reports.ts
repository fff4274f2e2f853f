/** What was looked at, put into carts and bought, product by product: Goals.getItemsSku, -Name and -Category. */
import type { ProductRow } from '../tracking/products.ts';
import { OPEN_CART, ORDER } from '../visits/visit.ts';
import type { ReportInput, ReportValue } from './reports.ts';

interface Sales {
  revenueCents: number;
  quantity: number;
  conversions: number;
  views: number;
  readonly visits: Set<number>;
}

function createSales(): Sales {
  return { revenueCents: 0, quantity: 0, conversions: 0, views: 0, visits: new Set() };
}

function salesBy(input: ReportInput, keyOf: (row: ProductRow) => string): Map<string, Sales> {
  const sales = new Map<string, Sales>();
  const of = (row: ProductRow): Sales | undefined => {
    const key = keyOf(row);
    if (key === '') return undefined;
    const known = sales.get(key) ?? createSales();
    sales.set(key, known);
    return known;
  };
  const wanted = input.wantsCarts ? OPEN_CART : ORDER;
  for (const visit of input.visits) {
    for (const row of visit.productViews ?? []) {
      const sale = of(row);
      if (!sale) continue;
      sale.views += 1;
      sale.visits.add(visit.id);
    }
    for (const { goalId, items } of visit.conversions) {
      if (goalId !== wanted) continue;
      for (const row of items) {
        const sale = of(row);
        if (!sale) continue;
        sale.revenueCents += row.priceCents * row.quantity;
        sale.quantity += row.quantity;
        sale.conversions += 1;
      }
    }
  }
  return sales;
}

function itemsBy(input: ReportInput, keyOf: (row: ProductRow) => string): ReportValue {
  const rows = [...salesBy(input, keyOf)].map(([label, sale]) => ({
    label,
    revenue: sale.revenueCents / 100,
    quantity: sale.quantity,
    [input.wantsCarts ? 'abandoned_carts' : 'orders']: sale.conversions,
    nb_visits: sale.visits.size,
    nb_actions: sale.views,
    conversion_rate: `${sale.visits.size === 0 ? 0 : Math.round((sale.conversions / sale.visits.size) * 10_000) / 100}%`,
  }));
  return rows.sort((a, b) => b.revenue - a.revenue || b.nb_visits - a.nb_visits);
}

export const itemsBySku = (input: ReportInput) => itemsBy(input, ({ sku }) => sku);
export const itemsByName = (input: ReportInput) => itemsBy(input, ({ name }) => name);
export const itemsByCategory = (input: ReportInput) => itemsBy(input, ({ category }) => category);
