import { describe, expect, it } from 'vitest';
import { cacheDir } from '../../../src/cli/processes/compiled-code.ts';

describe('the folder of compiled code', () => {
  it.each([
    ['linux', {}, '/home/ann/.cache/trafficinator'],
    ['linux', { XDG_CACHE_HOME: '/var/cache/ann' }, '/var/cache/ann/trafficinator'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/ann/.cache/trafficinator'],
    ['darwin', { XDG_CACHE_HOME: '/elsewhere' }, '/home/ann/Library/Caches/trafficinator'],
  ])('is where %s has it with %j', (platform, env, folder) => {
    expect(cacheDir({ env, home: '/home/ann', platform })).toBe(folder);
  });

  it.each([
    [{ LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\trafficinator\\Cache'],
    [{}, 'C:\\Users\\ann\\AppData\\Local\\trafficinator\\Cache'],
  ])('is where Windows has it with %j', (env, folder) => {
    expect(cacheDir({ env, home: 'C:\\Users\\ann', platform: 'win32' })).toBe(folder);
  });
});
