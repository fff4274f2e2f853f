/** CATALOGUE_FILE: what the user's site has, part by part in place of the built-in catalogue. */
import * as z from 'zod';
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Product, SiteCatalogue } from '../../types/catalogue.ts';
import { parseStructured } from '../sources/structured-text.ts';
import { readTextFile } from '../sources/text-files.ts';
import { isHttpUrl } from './urls.ts';
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
  .refine(isRange, { error: 'the fewest and the most results, in this order' })
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
});

const catalogueSchema = z
  .strictObject({
    products: z.array(productSchema).min(1),
    search_terms: z.array(searchTermSchema).min(1),
    outlinks: z.array(link).min(1),
    downloads: z.array(path).min(1),
    banners: z.array(bannerSchema).min(1),
    campaigns: z.array(campaignSchema).min(1),
  })
  .partial();

const KNOWN_KEYS = [catalogueSchema, productSchema, searchTermSchema, bannerSchema, campaignSchema].flatMap(
  (schema) => Object.keys(schema.shape),
);

/** Matomo counts what is sold by its SKU: two products of one would be mixed up. */
function repeatedSkus(products: readonly Product[], subject: string): Problem[] {
  const skus = products.map(({ sku }) => sku);
  const repeated = new Set(skus.filter((sku, index) => skus.indexOf(sku) !== index));
  return [...repeated].map((sku) => {
    const message = `${subject}: the SKU of a product must be its own, but "${sku}" stands there more than once.`;
    return { code: 'repeated-name', subject, message };
  });
}

/** @throws SettingsError with all problems of the file */
export function parseCatalogue(text: string, subject: string): Partial<SiteCatalogue> {
  const input = parseStructured(text, subject);
  const parsed = catalogueSchema.safeParse(input);
  if (!parsed.success) {
    throw new SettingsError(problemsOfIssues(parsed.error, input, { subject, where: '' }, KNOWN_KEYS));
  }
  const { products, search_terms: searchTerms, outlinks, downloads, banners, campaigns } = parsed.data;
  const repeated = repeatedSkus(products ?? [], subject);
  if (repeated.length > 0) throw new SettingsError(repeated);
  return {
    ...(products ? { products } : {}),
    ...(searchTerms ? { searchTerms } : {}),
    ...(outlinks ? { outlinks } : {}),
    ...(downloads ? { downloads } : {}),
    ...(banners ? { banners } : {}),
    ...(campaigns ? { campaigns } : {}),
  };
}

/** The user's own parts; none where no file is named. */
export function loadCatalogue(host: Host, file: string | undefined): Partial<SiteCatalogue> {
  return file === undefined ? {} : parseCatalogue(readTextFile(host, file, 'CATALOGUE_FILE'), file);
}
