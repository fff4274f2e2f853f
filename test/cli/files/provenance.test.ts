import { describe, expect, it } from 'vitest';
import { repeatedArgs } from '../../../src/cli/files/provenance.ts';

const repeated = (line: string) => repeatedArgs(line.split(' ')).join(' ');

describe('the command that repeats a run', () => {
  it('writes over no file, and leaves out how the output looks', () => {
    expect(
      repeated(
        'run --config a.env --json --log-format json --no-progress --report r.html --summary=s.md --csv d.csv --for 20s',
      ),
    ).toBe('run --config a.env --for 20s');
  });

  it('sends the days of a backfill again, which would be refused otherwise', () => {
    expect(repeated('backfill --config a.env --days-back 3 --report r.html')).toBe(
      'backfill --config a.env --days-back 3 --again',
    );
    expect(repeated('backfill --config a.env --resume')).toBe('backfill --config a.env --again');
  });

  it.each([
    'backfill --sink --days-back 3',
    'backfill --days-back 3 --dry-run',
    'backfill --days-back 3 --again',
    'backfill --days-back 3 --existing skip',
    'backfill --resume 5',
  ])('is as it was where nothing keeps it from being carried out: %s', (line) => {
    expect(repeated(line)).toBe(line);
  });
});
