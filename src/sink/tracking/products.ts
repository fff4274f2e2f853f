/** Products that hits name: on the page that they view, and in the lines of carts and orders. */
import { numberOf, ownCopy, type Parameters, textOf } from './parameters.ts';

/** A product on a page, or a line of a cart or an order. */
export interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly priceCents: number;
  /** 0 for a view. */
  readonly quantity: number;
}

/** One object for equal rows: a shop's products come again and again. */
const known = new Map<string, ProductRow>();
const MOST_KNOWN = 100_000;

function shared(row: ProductRow): ProductRow {
  const key = [row.sku, row.name, row.category, row.priceCents, row.quantity].join('\n');
  const before = known.get(key);
  if (before) return before;
  const own = { ...row, sku: ownCopy(row.sku), name: ownCopy(row.name), category: ownCopy(row.category) };
  if (known.size < MOST_KNOWN) known.set(ownCopy(key), own);
  return own;
}

/** What the page shows; undefined where it names neither a product nor a category. */
export function productViewOf(parameters: Parameters): ProductRow | undefined {
  const [sku, name, category] = [
    textOf(parameters, '_pks'),
    textOf(parameters, '_pkn'),
    textOf(parameters, '_pkc'),
  ];
  if (sku === '' && name === '' && category === '') return undefined;
  const priceCents = Math.round(numberOf(parameters, '_pkp', 0) * 100);
  return shared({ sku, name, category, priceCents, quantity: 0 });
}

function rowOf(line: unknown): ProductRow | undefined {
  if (!Array.isArray(line)) return undefined;
  const [sku, name, categories, price, quantity] = line;
  const category: unknown = Array.isArray(categories) ? categories[0] : categories;
  return shared({
    sku: String(sku ?? ''),
    name: String(name ?? ''),
    category: String(category ?? ''),
    priceCents: Math.round(Number(price ?? 0) * 100) || 0,
    quantity: Number(quantity ?? 1) || 0,
  });
}

/** The lines of `ec_items`; null where the text is JSON but no list, for which Matomo loses the order or cart. */
export function itemsOf(parameters: Parameters): readonly ProductRow[] | null {
  const text = textOf(parameters, 'ec_items');
  if (text === '') return [];
  try {
    const items: unknown = JSON.parse(text);
    if (items && items !== '0' && typeof items !== 'object') return null;
    return Array.isArray(items) ? items.flatMap((line) => rowOf(line) ?? []) : [];
  } catch {
    return [];
  }
}
