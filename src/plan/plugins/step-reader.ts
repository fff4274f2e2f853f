/** Reads what a hook returned, value by value, and refuses what Matomo would drop, cut or misread. */
import type { OrderItem } from '../../types/content/catalogue.ts';
import type { Page } from '../../types/content/content.ts';
import { inShort } from './extensions.ts';
import type { SitePages } from './site-pages.ts';

/** Matomo cuts addresses and titles here. */
const LONGEST_TEXT = 1024;
const MOST_ITEMS = 1000;
/** Anything that splits a visit in two, or belongs to the source. */
const CAMPAIGN = /[?&#](?:mtm|utm|pk|piwik|matomo)_/i;
/** Control characters, and halves of characters, which cannot be encoded. */
const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

/** Refuses a value: `where` names it, such as `step 2, url`. */
export type Refuse = (where: string, expected: string, found: unknown, hint?: string) => never;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHttp(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** The values of one record. */
export class ValueReader {
  private readonly record: Readonly<Record<string, unknown>>;
  private readonly where: string;
  private readonly refuse: Refuse;

  /** @param where names the record, such as `step 2`; empty for the whole result */
  constructor(record: Readonly<Record<string, unknown>>, where: string, refuse: Refuse) {
    this.record = record;
    this.where = where;
    this.refuse = refuse;
  }

  fail(key: string, expected: string, hint?: string): never {
    const where = this.where === '' ? key : `${this.where}, ${key}`;
    return this.refuse(where, expected, this.record[key], hint);
  }

  has(key: string): boolean {
    return this.record[key] !== undefined;
  }

  /** Refuses keys that nobody reads. */
  only(known: readonly string[]): void {
    for (const key of Object.keys(this.record)) {
      if (!known.includes(key)) this.fail(key, `left out: the keys are ${known.join(', ')}`);
    }
  }

  text(key: string, longest = LONGEST_TEXT): string {
    const value = this.record[key];
    if (typeof value !== 'string' || value.trim() === '') return this.fail(key, 'a text that is not empty');
    if (value.length > longest) {
      return this.fail(key, `a text of at most ${longest.toLocaleString('en-US')} characters`);
    }
    if (UNSENDABLE.test(value)) {
      return this.fail(key, 'a text without control characters or broken characters');
    }
    return value;
  }

  textOr<T>(key: string, otherwise: T): string | T {
    return this.has(key) ? this.text(key) : otherwise;
  }

  number(key: string, min: number, max: number): number {
    const value = this.record[key];
    if (typeof value === 'number' && value >= min && value <= max) return value;
    const range = Number.isFinite(min)
      ? ` from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`
      : '';
    return this.fail(key, `a number${range}`);
  }

  whole(key: string, min: number): number {
    const value = this.record[key];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    return this.fail(key, `a whole number of at least ${min}`);
  }

  /** An amount of money in cents; 0 where it is left out. */
  cents(key: string): number {
    if (!this.has(key)) return 0;
    const value = this.number(key, 0, 1e9);
    const cents = Math.round(value * 100);
    if (Math.abs(cents - value * 100) > 1e-6 * Math.max(1, cents))
      this.fail(key, 'an amount with at most two decimals');
    return cents;
  }

  boolean(key: string): boolean {
    const value = this.record[key] ?? false;
    return typeof value === 'boolean' ? value : this.fail(key, 'true or false');
  }

  /** Absolute; a path counts from the site's origin where there is one. */
  url(key: string, origin?: string): string {
    const text = this.text(key);
    const isPath = origin !== undefined && /^\/(?!\/)/.test(text);
    const expected =
      origin === undefined ? 'an absolute http(s) URL' : 'an absolute http(s) URL or a path such as /page';
    if (!isPath && !isHttp(text)) return this.fail(key, expected);
    const { href, username, password } = new URL(text, origin);
    if (username !== '' || password !== '') return this.fail(key, 'a URL without user name and password');
    if (href.length > LONGEST_TEXT) return this.fail(key, 'a URL of at most 1,024 characters');
    return href;
  }

  /** A page of the site. */
  pageUrl(key: string, pages: SitePages): string {
    const known = this.record[key];
    if (typeof known === 'string' && pages.find(known)) return known;
    const url = this.url(key, pages.origin);
    if (!pages.hasOrigin(new URL(url).origin)) {
      return this.fail(
        key,
        `a page of the site (${pages.origin})`,
        'A link to another site is a step of the type outlink.',
      );
    }
    if (CAMPAIGN.test(url)) {
      const hint =
        'A campaign belongs to the source of the visit: inside of a visit it would begin another one.';
      return this.fail(key, 'a URL without campaign parameters', hint);
    }
    return url;
  }

  /** The page that `url` and `title` name. */
  page(pages: SitePages): Page {
    const { url, title } = this.record;
    const known = typeof url === 'string' ? pages.find(url) : undefined;
    // A page as the hook was handed it needs no check: most are.
    if (known !== undefined && known.title === title) return known;
    return pages.pageOf(this.pageUrl('url', pages), this.text('title'));
  }

  items(key: string): OrderItem[] {
    const list = this.record[key];
    if (!Array.isArray(list) || list.length === 0 || list.length > MOST_ITEMS) {
      return this.fail(key, `a list of 1 to ${MOST_ITEMS} items`);
    }
    return list.map((item: unknown, i) => {
      const where = [this.where, key, `entry ${i + 1}`].filter((part) => part !== '').join(', ');
      if (!isRecord(item))
        return this.refuse(where, 'an object with sku, name, category, price and quantity', item);
      const reader = new ValueReader(item, where, this.refuse);
      reader.only(['sku', 'name', 'category', 'price', 'quantity']);
      if (!reader.has('price')) reader.number('price', 0, 1e9);
      return {
        sku: reader.text('sku', 255),
        name: reader.text('name'),
        category: reader.text('category'),
        price: reader.cents('price') / 100,
        quantity: reader.whole('quantity', 1),
      };
    });
  }
}

/** `step 2, url must be …, but is …`. */
export function refusalText(where: string, expected: string, found: unknown): string {
  return `${where} must be ${expected}, but is ${inShort(found)}.`;
}
