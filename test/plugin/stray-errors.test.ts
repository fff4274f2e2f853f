import { describe, expect, it } from 'vitest';
import { strayErrorText } from '../../src/plugin/stray-errors.ts';

const PLUGIN = '/home/me/traffic/plugin.mjs';
const OURS = '/home/me/traffic/node_modules/trafficinator/dist';

function errorAt(...places: readonly string[]): Error {
  const error = new Error('no such chat');
  error.stack = ['Error: no such chat', ...places.map((place) => `    at post (${place}:3:15)`)].join('\n');
  return error;
}
const textOf = (error: unknown) => strayErrorText(error, [PLUGIN], OURS);

describe('an error that nobody has caught', () => {
  it('is a plugin’s where its code has thrown it', () => {
    expect(textOf(errorAt(`file://${PLUGIN}`, `file://${OURS}/start.js`))).toBe('no such chat');
    expect(textOf(errorAt('node:net', '/home/me/traffic/node_modules/chat/index.js'))).toBe('no such chat');
  });

  it('is taken for a plugin’s where nobody’s code is in the trace, as of a failed connection', () => {
    expect(textOf(errorAt('node:internal/deps/undici/undici', 'node:internal/process/task_queues'))).toBe(
      'no such chat',
    );
    const failed = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    failed.stack = 'TypeError: fetch failed\n    at node:internal/deps/undici/undici:1:1';
    expect(textOf(failed)).toBe('fetch failed: connect ECONNREFUSED');
    expect(textOf('out of order')).toBe('out of order');
  });

  it('is ours where our code has thrown it, also in a folder of the plugin', () => {
    expect(textOf(errorAt('node:net', `file://${OURS}/start.js`, `file://${PLUGIN}`))).toBeUndefined();
    expect(textOf(errorAt('/usr/lib/node_modules/trafficinator/dist/start.js'))).toBeUndefined();
  });
});
