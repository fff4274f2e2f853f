/** CATALOGUE_FILE: what the user's site has, part by part in place of the built-in catalogue. */
import * as z from 'zod';
import { SettingsError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { SiteCatalogue } from '../types.ts';
import { problemsOfIssues } from './issues.ts';
import { parseStructured } from './structured-text.ts';
import { readTextFile } from './text-files.ts';

const word = z.string().trim().min(1);
const weight = z.number().positive().default(1);
const link = z.url({ protocol: /^https?$/ });
const path = z.union([link, z.string().startsWith('/')]);

const catalogueSchema = z
  .strictObject({
    products: z
      .array(z.strictObject({ sku: word, name: word, category: word, price: z.number().min(0.01) }))
      .min(1),
    search_terms: z
      .array(
        z.strictObject({
          keyword: word,
          category: word,
          results: z.array(z.int().min(0)).min(1).max(2).default([1, 40]),
          weight,
        }),
      )
      .min(1),
    outlinks: z.array(link).min(1),
    downloads: z.array(path).min(1),
    banners: z.array(z.strictObject({ name: word, piece: word, target: path })).min(1),
    campaigns: z
      .array(
        z.strictObject({
          name: word,
          source: word,
          medium: word,
          content: word.exactOptional(),
          keyword: word.exactOptional(),
          weight,
        }),
      )
      .min(1),
  })
  .partial();

/** @throws SettingsError with all problems of the file */
export function parseCatalogue(text: string, subject: string): Partial<SiteCatalogue> {
  const input = parseStructured(text, subject);
  const parsed = catalogueSchema.safeParse(input);
  if (!parsed.success) {
    const known = Object.keys(catalogueSchema.shape);
    throw new SettingsError(problemsOfIssues(parsed.error, input, { subject, where: '' }, known));
  }
  const { products, search_terms: searchTerms, outlinks, downloads, banners, campaigns } = parsed.data;
  return {
    ...(products ? { products } : {}),
    ...(searchTerms ? { searchTerms } : {}),
    ...(outlinks ? { outlinks } : {}),
    ...(downloads ? { downloads } : {}),
    ...(banners ? { banners } : {}),
    ...(campaigns ? { campaigns } : {}),
  };
}

export function loadCatalogue(host: Host, file: string | undefined): Partial<SiteCatalogue> {
  return file === undefined ? {} : parseCatalogue(readTextFile(host, file, 'CATALOGUE_FILE'), file);
}
