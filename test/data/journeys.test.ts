import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFunnels } from '../../src/config/files/funnels.ts';
import { readPersonas } from '../../src/config/files/personas.ts';
import type { Funnel, Persona } from '../../src/types/content/journeys.ts';
import { readText, sum } from './read.ts';

const FILES = ['ecommerce-purchase', 'lead-generation', 'content-consumption'];

function readFunnel(file: string): Funnel {
  const path = `funnels/${file}.yaml`;
  const { funnels, problems } = readFunnels(parse(readText(path)), path);
  const [funnel] = funnels;
  expect(problems).toEqual([]);
  expect(funnels).toHaveLength(1);
  if (funnel === undefined) throw new Error(`${path} holds no funnel.`);
  return funnel;
}

function personas(): readonly Persona[] {
  const reading = readPersonas(parse(readText('funnels/personas.yaml')).personas, 'funnels/personas.yaml');
  expect(reading.problems).toEqual([]);
  return reading.personas;
}

describe('the built-in funnels', () => {
  it('are the three that the documentation names', () => {
    expect(FILES.map((file) => readFunnel(file).name)).toEqual([
      'Ecommerce Purchase',
      'Lead Generation',
      'Content Consumption',
    ]);
  });

  it.each(FILES)('%s is rare, starts with a pageview and loses visitors on the way', (file) => {
    const { probability, steps, enabled, description } = readFunnel(file);
    expect(enabled).toBe(true);
    expect(description).not.toBe('');
    expect(probability).toBeGreaterThanOrEqual(0.02);
    expect(probability).toBeLessThanOrEqual(0.05);
    expect(steps[0]?.type).toBe('pageview');
    const completed = steps.slice(0, -1).reduce((share, step) => share * step.continueProbability, 1);
    expect(completed).toBeGreaterThan(0.1);
    expect(completed).toBeLessThan(0.5);
  });

  it.each(FILES)('%s takes between one and thirty minutes', (file) => {
    const { steps } = readFunnel(file);
    expect(sum(steps.map((step) => step.delaySecondsMin))).toBeGreaterThan(60);
    expect(sum(steps.map((step) => step.delaySecondsMax))).toBeLessThan(30 * 60);
  });

  it.each(FILES)('%s happens on the built-in site and calls its pages as it does', (file) => {
    const titles = new Map(
      readText('urls.txt')
        .split('\n')
        .filter((line) => line.includes('\t'))
        .map((line): [string, string] => [line.split('\t')[0] ?? '', line.split('\t')[1] ?? '']),
    );
    const pageviews = readFunnel(file).steps.flatMap((step) => (step.type === 'pageview' ? [step] : []));
    for (const { url, title } of pageviews) {
      expect(new URL(url).host).toBe('www.nordhem.example');
      expect(title ?? '').not.toBe('');
      expect(titles.get(url) ?? title).toBe(title);
    }
    expect(pageviews.some(({ url }) => titles.has(url))).toBe(true);
  });

  it('leave the order in Ecommerce Purchase unpriced', () => {
    const { steps } = readFunnel('ecommerce-purchase');
    const last = steps.at(-1);
    expect(last?.type).toBe('ecommerce');
    expect(last).not.toHaveProperty('revenue');
    expect(last).not.toHaveProperty('items');
  });
});

describe('the built-in personas', () => {
  it('are researcher, buyer and casual browser', () => {
    expect(personas().map(({ name }) => name)).toEqual(['researcher', 'buyer', 'casual browser']);
  });

  it('average out to the ordinary visitor', () => {
    const shares = sum(personas().map(({ share }) => share));
    for (const key of [
      'bounce',
      'search',
      'outlink',
      'download',
      'clickEvent',
      'randomEvent',
      'order',
    ] as const) {
      const mean = sum(personas().map(({ share, propensity }) => share * propensity[key])) / shares;
      expect(mean).toBeGreaterThan(0.85);
      expect(mean).toBeLessThan(1.15);
    }
  });

  it('differ in what they came for', () => {
    const [researcher, buyer, casual] = personas();
    if (researcher === undefined || buyer === undefined || casual === undefined)
      throw new Error('Three personas.');
    expect(buyer.propensity.order).toBeGreaterThan(researcher.propensity.order);
    expect(researcher.depth).toBeGreaterThan(casual.depth);
    expect(researcher.dwell).toBeGreaterThan(casual.dwell);
    expect(casual.propensity.bounce).toBeGreaterThan(buyer.propensity.bounce);
  });

  it('have every key explained at the head of the file', () => {
    const head = readText('funnels/personas.yaml').split('\npersonas:')[0] ?? '';
    for (const key of ['name', 'share', 'entry', 'navigation', 'depth', 'dwell', 'propensity']) {
      expect(head).toMatch(new RegExp(`^# ${key} +\\S`, 'm'));
    }
  });
});
