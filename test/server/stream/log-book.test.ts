import { describe, expect, it } from 'vitest';
import { createLogBook } from '../../../src/server/stream/log-book.ts';

const FEED = { publish: () => {} };

describe('the log of a service', () => {
  it('has what was logged before the service was started again, and goes on from there', () => {
    let file = '';
    const write = (text: string) => {
      file += text;
    };
    const first = createLogBook(FEED, write);
    first.add({ atMs: 1_000, level: 'info', job: null, message: 'listening (at 8000)' });
    first.add({
      atMs: 2_000,
      level: 'warning',
      job: 3,
      message: 'a request\nfailed: x',
      hint: 'Look (there).',
    });
    const kept = first.tail(10);
    const second = createLogBook(FEED, write, `a line that was cut off\n${file}`);
    second.add({ atMs: 3_000, level: 'error', job: 3, message: 'the end' });
    const lines = second.tail(10);
    const withoutId = (all: typeof lines) => all.map(({ id: _, ...line }) => line);
    expect(withoutId(lines.slice(0, 2))).toEqual(withoutId(kept));
    expect(lines[2]).toMatchObject({ message: 'the end' });
    const ids = lines.map(({ id }) => id);
    expect([...new Set(ids)].sort((one, other) => one - other)).toEqual(ids);
    expect(file.split('\n')).toHaveLength(4);
  });
});
