/** Whole numbers in paths and queries, where everything is text: digits, and nothing else that a program takes for a number. */
import { z } from '@hono/zod-openapi';

const DIGITS = /^-?\d{1,16}$/;

/** @param least and @param most are taken too */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return z.preprocess(
    (value) => (typeof value === 'string' && !DIGITS.test(value) ? Number.NaN : value),
    z.coerce.number().int().min(least).max(most),
  );
}
