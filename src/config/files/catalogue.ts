/** CATALOGUE_FILE: what the user's site has, part by part in place of the built-in catalogue. */
import * as z from 'zod';
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { OwnCatalogue, Product } from '../../types/content/catalogue.ts';
import { parseStructured } from '../sources/structured-text.ts';
import { fileName, readTextFile } from '../sources/text-files.ts';
import { isHttpUrl } from './http-url.ts';
import { RHYTHM_KEYS, rhythmSchema } from './rhythm.ts';
import { problemsOfIssues } from './zod-issues.ts';

const word = z.string().trim().min(1);
const weight = z.number().positive().default(1);
const link = z.string().trim().refine(isHttpUrl, { error: 'an http(s) URL' });
const isOnSite = (text: string) => isHttpUrl(text) || /^\/(?!\/)/.test(text);
const path = z
  .string()
  .trim()
  .refine(isOnSite, { error: 'an http(s) URL or a path such as /files/list.pdf' });

const isRange = ([least = 0, most = least]: readonly number[]) => least <= most;
const results = z
  .array(z.int().min(0))
  .min(1)
  .max(2)
  .refine(isRange, { error: 'the minimum and the maximum number of results, in this order' })
  .default([1, 40]);

const productSchema = z.strictObject({ sku: word, name: word, category: word, price: z.number().min(0.01) });
const searchTermSchema = z.strictObject({ keyword: word, category: word, results, weight });
const bannerSchema = z.strictObject({ name: word, piece: word, target: path });
const campaignSchema = z.strictObject({
  name: word,
  source: word,
  medium: word,
  content: word.exactOptional(),
  keyword: word.exactOptional(),
  weight,
  months: z.array(z.int().min(1).max(12)).min(1).exactOptional(),
});
const referringPageSchema = z.strictObject({
  url: link,
  weight,
  countries: z
    .array(z.string().regex(/^[a-z]{2}$/, { error: 'two small letters' }))
    .min(1)
    .exactOptional(),
});
const referringPages = z.array(referringPageSchema).min(1);
const referrersSchema = z.strictObject({
  search: referringPages.exactOptional(),
  social: referringPages.exactOptional(),
  websites: referringPages.exactOptional(),
  assistants: referringPages.exactOptional(),
});
const channelWeight = z.number().min(0).default(0);
const channelsSchema = z
  .strictObject({
    search: channelWeight,
    social: channelWeight,
    website: channelWeight,
    campaign: channelWeight,
    assistant: channelWeight,
  })
  .refine((weights) => Object.values(weights).some((value) => value > 0), {
    error: 'a mapping with at least one weight above 0',
  });
const checkoutPageSchema = z.strictObject({
  path: z.string().regex(/^\/[^/]/, { error: 'a path such as /cart' }),
  title: word,
});

const catalogueSchema = z.strictObject({
  products: z.array(productSchema).min(1).exactOptional(),
  search_terms: z.array(searchTermSchema).min(1).exactOptional(),
  outlinks: z.array(link).min(1).exactOptional(),
  downloads: z.array(path).min(1).exactOptional(),
  banners: z.array(bannerSchema).min(1).exactOptional(),
  campaigns: z.array(campaignSchema).min(1).exactOptional(),
  checkout: z.array(checkoutPageSchema).min(2).exactOptional(),
  referrers: referrersSchema.exactOptional(),
  channels: channelsSchema.exactOptional(),
  rhythm: rhythmSchema.exactOptional(),
});

const KNOWN_KEYS = [
  catalogueSchema,
  productSchema,
  searchTermSchema,
  bannerSchema,
  campaignSchema,
  referringPageSchema,
  referrersSchema,
  channelsSchema,
  checkoutPageSchema,
]
  .flatMap((schema) => Object.keys(schema.shape))
  .concat(RHYTHM_KEYS);

/** Matomo counts what is sold by its SKU: two products of one would be mixed up. */
function repeatedSkus(products: readonly Product[], subject: string): Problem[] {
  const skus = products.map(({ sku }) => sku);
  const repeated = new Set(skus.filter((sku, index) => skus.indexOf(sku) !== index));
  return [...repeated].map((sku) => {
    const message = `${subject}: product SKUs must be unique, but "${sku}" is used more than once.`;
    return { code: 'repeated-name', subject, message };
  });
}

/** @throws SettingsError with all problems of the file */
export function parseCatalogue(text: string, subject: string): OwnCatalogue {
  const input = parseStructured(text, subject);
  const parsed = catalogueSchema.safeParse(input);
  if (!parsed.success) {
    throw new SettingsError(problemsOfIssues(parsed.error, input, { subject, where: '' }, KNOWN_KEYS));
  }
  const { search_terms: searchTerms, ...others } = parsed.data;
  const repeated = repeatedSkus(others.products ?? [], subject);
  if (repeated.length > 0) throw new SettingsError(repeated);
  return { ...others, ...(searchTerms ? { searchTerms } : {}) };
}

/** The user's own parts; none where no file is named. */
export function loadCatalogue(host: Host, file: string | undefined): OwnCatalogue {
  return file === undefined ? {} : parseCatalogue(readTextFile(host, file, 'CATALOGUE_FILE'), fileName(file));
}
