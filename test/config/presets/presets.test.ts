import { describe, expect, it } from 'vitest';
import { listPresets, presetDir, readPreset } from '../../../src/config/presets/presets.ts';
import { SETTINGS } from '../../../src/config/schema/settings.ts';
import { readEnvText } from '../../../src/config/sources/env-file.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const VOLUMES = ['light', 'medium', 'heavy', 'extreme'];
const SCENARIOS = ['content', 'saas', 'shop'];
const USER_DIR = '/home/user/.config/trafficinator/presets';

describe('the built-in presets', () => {
  it.each([...VOLUMES, ...SCENARIOS])('%s parses clean', (name) => {
    const { text, isBuiltIn } = readPreset(createFakeHost({ files: packageFiles() }), name);
    const layer = readEnvText(text, name, () => name);
    expect(isBuiltIn).toBe(true);
    expect([layer.problems, layer.warnings]).toEqual([[], []]);
    for (const { setting, raw } of layer.entries)
      expect(setting.schema.safeParse(raw).success, setting.env).toBe(true);
    expect(layer.entries.map(({ setting }) => setting.key)).not.toContain('siteId');
  });

  it('of medium size is close to the defaults', () => {
    const { text } = readPreset(createFakeHost({ files: packageFiles() }), 'medium');
    const differing = readEnvText(text, 'medium', () => '').entries.filter(({ setting, raw }) => {
      return setting.schema.parse(raw) !== SETTINGS.find(({ key }) => key === setting.key)?.default;
    });
    expect(differing.map(({ setting }) => setting.key)).toEqual(['visitsPerDay']);
  });
});

describe('the first line of a built-in preset', () => {
  it.each([...VOLUMES, ...SCENARIOS])('says what %s is for', (name) => {
    const { text } = readPreset(createFakeHost({ files: packageFiles() }), name);
    expect(text.split('\n')[0]).toMatch(new RegExp(`^# ${name}: .{10,50}\\.$`, 'i'));
  });
});

describe('presetDir', () => {
  it.each([
    [{ platform: 'linux' }, USER_DIR],
    [{ platform: 'linux', env: { XDG_CONFIG_HOME: '/xdg' } }, '/xdg/trafficinator/presets'],
    [{ platform: 'darwin' }, '/home/user/Library/Application Support/trafficinator/presets'],
    [{ platform: 'win32', env: { APPDATA: '/appdata' } }, '/appdata/trafficinator/presets'],
    [{ platform: 'linux', env: { TRAFFICINATOR_PRESET_DIR: '/mine', XDG_CONFIG_HOME: '/xdg' } }, '/mine'],
  ])('for %j is %s', (options, dir) => {
    expect(presetDir(createFakeHost(options))).toBe(dir);
  });
});

describe('readPreset', () => {
  it('looks for NAME.env, then .env.NAME, then NAME.yaml', () => {
    const files: Record<string, string> = {};
    for (const [fileName, text] of [
      ['x.yaml', 'third'],
      ['.env.x', 'second'],
      ['x.env', 'first'],
    ]) {
      files[`${USER_DIR}/${fileName}`] = String(text);
      expect(readPreset(createFakeHost({ files }), 'x').text).toBe(text);
    }
  });

  it("prefers the user's own preset", () => {
    const files = { ...packageFiles(), [`${USER_DIR}/.env.light`]: '# mine' };
    expect(readPreset(createFakeHost({ files }), 'light')).toMatchObject({
      text: '# mine',
      isBuiltIn: false,
    });
  });

  it('takes a path, with or without folder', () => {
    const host = createFakeHost({ files: { '/work/a.env': 'a', '/work/sub/b.env': 'b' } });
    expect([
      readPreset(host, 'a.env').text,
      readPreset(host, './sub/b.env').text,
      readPreset(host, '/work/a.env').text,
    ]).toEqual(['a', 'b', 'a']);
  });

  it.each(['lihgt', './gone.env'])('refuses %s', (name) => {
    expect(() => readPreset(createFakeHost({ files: packageFiles() }), name)).toThrow(SettingsError);
  });
});

describe('listPresets', () => {
  it('names each preset once, with the file that counts', () => {
    const files = {
      ...packageFiles(),
      [`${USER_DIR}/light.yaml`]: '',
      [`${USER_DIR}/shop.env`]: '',
      [`${USER_DIR}/notes.txt`]: '',
    };
    expect(listPresets(createFakeHost({ files }))).toEqual([
      { name: 'content', path: '/package/presets/content.env', isBuiltIn: true },
      { name: 'extreme', path: '/package/presets/extreme.env', isBuiltIn: true },
      { name: 'heavy', path: '/package/presets/heavy.env', isBuiltIn: true },
      { name: 'light', path: `${USER_DIR}/light.yaml`, isBuiltIn: false },
      { name: 'medium', path: '/package/presets/medium.env', isBuiltIn: true },
      { name: 'saas', path: '/package/presets/saas.env', isBuiltIn: true },
      { name: 'shop', path: `${USER_DIR}/shop.env`, isBuiltIn: false },
    ]);
  });
});
