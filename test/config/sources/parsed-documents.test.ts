import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { digestOf, parsedDocument } from '../../../src/config/sources/parsed-documents.ts';
import { parseStructured } from '../../../src/config/sources/structured-text.ts';

const FUNNEL = new URL('../../../funnels/lead-generation.yaml', import.meta.url);
const text = readFileSync(FUNNEL, 'utf8');

afterEach(() => vi.unstubAllGlobals());

describe('YAML that the build has parsed', () => {
  it('has the value that the parser gives', () => {
    const value = parseStructured(text, 'lead-generation.yaml');
    vi.stubGlobal('PARSED_DOCUMENTS', `another={}\n${digestOf(text)}=${JSON.stringify(value)}\nthird={}\n`);
    expect(parsedDocument(text)).toBe(JSON.stringify(value));
    expect(parseStructured(text, 'lead-generation.yaml')).toEqual(value);
  });

  it('is parsed anew once somebody has changed it', () => {
    vi.stubGlobal('PARSED_DOCUMENTS', `${digestOf(text)}="as it was"\n`);
    const changed = text.replace('Lead Generation', 'Leads');
    expect(parseStructured(text, 'funnel.yaml')).toBe('as it was');
    expect(parseStructured(changed, 'funnel.yaml')).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'Leads' })]),
    );
  });
});
