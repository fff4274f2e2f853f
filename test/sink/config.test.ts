import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../src/errors.ts';
import { DEFAULT_SINK_CONFIG, parseSinkConfig } from '../../src/sink/config.ts';

function problemsOf(value: unknown): string[] {
  try {
    parseSinkConfig(value);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map((problem) => problem.message);
    throw error;
  }
  return [];
}

describe('parseSinkConfig', () => {
  it('fills in what is left out', () => {
    expect(parseSinkConfig({ sites: [{ id: 7 }] }).sites[0]).toMatchObject({
      id: 7,
      timezone: 'UTC',
      currency: 'EUR',
      ecommerce: true,
      siteSearch: true,
      goals: [],
    });
  });

  it('takes its own default', () => {
    expect(parseSinkConfig(DEFAULT_SINK_CONFIG)).toEqual(DEFAULT_SINK_CONFIG);
  });

  it('lists every problem with its place', () => {
    const problems = problemsOf({
      sites: [{ id: 0, timezone: 'Mars', excludedIps: ['10.0.0.0/40'], colour: 'red' }],
      tokens: [{ token: 'x', role: 'king' }],
    }).join('\n');
    expect(problems).toContain('sites.0.id');
    expect(problems).toContain('sites.0.timezone: expected a timezone');
    expect(problems).toContain('sites.0.excludedIps.0: expected an IP address or a range');
    expect(problems).toContain('colour');
    expect(problems).toContain('tokens.0.role');
  });

  it('refuses what is no object and what has no site', () => {
    expect(problemsOf('sites')).toHaveLength(1);
    expect(problemsOf({ sites: [] })).toHaveLength(1);
  });

  it('refuses duplicates and tokens for unknown sites without showing a token', () => {
    const token = { token: 'secret-token', role: 'write', sites: [9] };
    const problems = problemsOf({ sites: [{ id: 1 }, { id: 1 }], tokens: [token, token] });
    expect(problems).toEqual([
      'sink configuration: expected each of sites once, found 1 twice',
      'sink configuration: expected each of tokens once, found one twice',
      'sink configuration: tokens.0.sites: expected a site that is listed, found 9',
      'sink configuration: tokens.1.sites: expected a site that is listed, found 9',
    ]);
  });
});
