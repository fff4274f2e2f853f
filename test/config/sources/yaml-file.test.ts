import { describe, expect, it } from 'vitest';
import { readYamlText } from '../../../src/config/sources/yaml-file.ts';
import { SettingsError } from '../../../src/errors.ts';

function read(text: string, env: Record<string, string> = {}) {
  return readYamlText(text, 'shop.yaml', env, (line) => `shop.yaml line ${line}`);
}

function problemsOf(text: string): string[] {
  return read(text).problems.map(({ message, hint }) => `${message} ${hint ?? ''}`.trim());
}

describe('readYamlText', () => {
  it('finds settings in their groups, with their lines', () => {
    const { entries, problems } = read(
      '# shop\nvolume:\n  visitsPerDay: 500\n\necommerce:\n  shippingRates: [0, 5.99]\n',
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ setting, raw, origin }) => [setting.key, raw, origin])).toEqual([
      ['visitsPerDay', 500, 'shop.yaml line 3'],
      ['ecommerceShippingRates', [0, 5.99], 'shop.yaml line 6'],
    ]);
  });

  it('takes null and empty groups for not set', () => {
    expect(read('volume:\nvisits:\n  urlsFile:\n  goalIds: ~\n')).toEqual({
      entries: [],
      targets: [],
      problems: [],
      warnings: [],
    });
    expect(read('').problems).toEqual([]);
  });

  it('fills in environment variables, also within lists', () => {
    const text = `matomo:\n  url: https://$\{HOST}/matomo.php\nvisits:\n  goalIds: ["$\{GOAL}", 4]\n`;
    expect(read(text, { HOST: 'm.example', GOAL: '3' }).entries.map(({ raw }) => raw)).toEqual([
      'https://m.example/matomo.php',
      ['3', 4],
    ]);
    expect(problemsOf(text)).toEqual([
      'matomo.url (shop.yaml line 2) needs the environment variable HOST, which is not set.',
      'visits.goalIds (shop.yaml line 4) needs the environment variable GOAL, which is not set.',
    ]);
  });

  it('names the closest group and setting for unknown ones', () => {
    expect(problemsOf('volum: {}\nmatomo:\n  sietId: 1\nconcurrency: 5\n')).toEqual([
      'volum (shop.yaml line 1) is not a group of settings. Did you mean volume?',
      'matomo.sietId (shop.yaml line 3) is not a setting. Did you mean matomo.siteId?',
      'concurrency (shop.yaml line 4) is not a group of settings. Settings are in groups: write volume.concurrency.',
    ]);
  });

  it('refuses a group that is no mapping, and a file that is none', () => {
    expect(problemsOf('volume: 5\n')).toHaveLength(1);
    expect(problemsOf('- a\n')).toHaveLength(1);
  });

  it('tells line and column of a mistake in the syntax', () => {
    expect(() => read('volume:\n  seed: "x\n')).toThrow(SettingsError);
    expect(() => read('volume:\n  seed: a\n  seed: b\n')).toThrow(
      /^shop.yaml line 3, column 3: Map keys must be unique\.$/,
    );
  });

  it('takes groups, targets and values from anchors, by alias and by merge key', () => {
    const text = [
      'x-common: &common { concurrency: 5, visitsPerDay: 100 }',
      'volume:',
      '  <<: *common',
      '  visitsPerDay: 7',
      '  x-note: anything',
      'visits: &visits { pageviewsMin: 2 }',
      'x-target: &target { siteId: 3 }',
      'targets:',
      '  - { <<: *target, name: a, url: "https://a.example/" }',
      '  - { <<: [*target], name: b, url: "https://b.example/", siteId: 4 }',
    ].join('\n');
    const { entries, targets, problems } = read(text);
    expect(problems).toEqual([]);
    expect(entries.map(({ name, raw, origin }) => [name, raw, origin])).toEqual([
      ['volume.visitsPerDay', 7, 'shop.yaml line 4'],
      ['volume.concurrency', 5, 'shop.yaml line 1'],
      ['visits.pageviewsMin', 2, 'shop.yaml line 6'],
    ]);
    expect(targets.map(({ name, raw }) => [name, raw])).toEqual([
      ['targets[0].name', 'a'],
      ['targets[0].url', 'https://a.example/'],
      ['targets[0].siteId', 3],
      ['targets[1].name', 'b'],
      ['targets[1].url', 'https://b.example/'],
      ['targets[1].siteId', 4],
    ]);
  });

  it('merges no more than anybody writes', () => {
    const lines = ['x-0: &m0 { siteId: 1 }'];
    for (let i = 1; i < 9; i += 1) {
      lines.push(
        `x-${i}: &m${i} { <<: [${Array(9)
          .fill(`*m${i - 1}`)
          .join(', ')}] }`,
      );
    }
    expect(() => read([...lines, 'matomo: { <<: *m8 }'].join('\n'))).toThrow(
      /merges more than 1000 mappings/,
    );
    expect(() => read('matomo: &m { <<: *m, siteId: 2 }')).toThrow(SettingsError);
  });
});
