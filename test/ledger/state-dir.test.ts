import { describe, expect, it } from 'vitest';
import { ledgerPath, stateDir } from '../../src/ledger/state-dir.ts';
import { createFakeHost, type FakeHostOptions } from '../doubles/fake-host.ts';

const dirOf = (options: FakeHostOptions) => stateDir(createFakeHost(options));
const windows = { platform: 'win32', home: 'C:\\Users\\user', cwd: 'C:\\work' };

describe('the state folder', () => {
  it('is the one that the environment names, before any convention', () => {
    const env = { TRAFFICINATOR_STATE_DIR: '/var/lib/t', XDG_STATE_HOME: '/xdg', LOCALAPPDATA: 'C:\\Local' };
    for (const platform of ['linux', 'darwin']) expect(dirOf({ env, platform })).toBe('/var/lib/t');
    expect(dirOf({ ...windows, env: { ...env, TRAFFICINATOR_STATE_DIR: 'D:\\t' } })).toBe('D:\\t');
  });

  it('may be named relative to the working folder', () => {
    expect(dirOf({ env: { TRAFFICINATOR_STATE_DIR: 'state' }, cwd: '/job' })).toBe('/job/state');
    expect(dirOf({ ...windows, env: { TRAFFICINATOR_STATE_DIR: 'state' } })).toBe('C:\\work\\state');
  });

  it('follows XDG_STATE_HOME where that is absolute', () => {
    expect(dirOf({ env: { XDG_STATE_HOME: '/xdg' } })).toBe('/xdg/trafficinator');
    expect(dirOf({ env: { XDG_STATE_HOME: 'xdg' } })).toBe('/home/user/.local/state/trafficinator');
    expect(dirOf({ env: { XDG_STATE_HOME: '' } })).toBe('/home/user/.local/state/trafficinator');
  });

  it('is in the home folder otherwise', () => {
    expect(dirOf({ env: { TRAFFICINATOR_STATE_DIR: '' } })).toBe('/home/user/.local/state/trafficinator');
    expect(dirOf({ platform: 'darwin', env: { XDG_STATE_HOME: '/xdg' } })).toBe(
      '/home/user/Library/Application Support/trafficinator',
    );
    expect(dirOf({ ...windows, env: { LOCALAPPDATA: 'D:\\Local' } })).toBe('D:\\Local\\trafficinator');
    expect(dirOf(windows)).toBe('C:\\Users\\user\\AppData\\Local\\trafficinator');
  });

  it('holds the ledger', () => {
    expect(ledgerPath(createFakeHost())).toBe('/home/user/.local/state/trafficinator/ledger.db');
  });
});
