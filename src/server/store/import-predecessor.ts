/** Takes presets and funnels over from the database of the earlier control service; what is there already stays. */
import * as z from 'zod';
import { EXIT, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { openConnection } from '../../ledger/sqlite/connection.ts';
import { DamagedRow, integer, json, orNull, type Row, text } from '../../ledger/sqlite/rows.ts';
import { asRefusal } from '../http/refusal.ts';
import type { FunnelRecord, FunnelStore } from './funnel-store.ts';
import type { PresetStore } from './preset-store.ts';

export interface Imported {
  readonly presets: number;
  readonly funnels: number;
  /** A sentence for each that was left out. */
  readonly skipped: readonly string[];
}

const config = z.record(z.string(), z.unknown());
const funnelConfig = z.looseObject({ steps: z.array(z.unknown()) });

function presetOf(row: Row) {
  return {
    name: text(row, 'name').slice(0, 100),
    description: orNull(text, row, 'description'),
    config: config.parse(json(row, 'config_json')),
  };
}

function funnelOf(row: Row): FunnelRecord {
  const { probability } = row;
  const description = orNull(text, row, 'description');
  const { steps, exit_after_completion: exits } = funnelConfig.parse(json(row, 'config_json'));
  return {
    name: text(row, 'name'),
    ...(description ? { description } : {}),
    probability: typeof probability === 'number' ? probability : 0,
    priority: integer(row, 'priority'),
    enabled: integer(row, 'enabled') !== 0,
    exit_after_completion: exits !== false,
    steps: steps.map((step) =>
      typeof step === 'object' && step !== null
        ? Object.fromEntries(Object.entries(step).filter(([, value]) => value !== null))
        : step,
    ),
  };
}

function refuse(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`--import-predecessor: ${path} ${why}.`, {
    code: 'no-predecessor-database',
    exitCode: EXIT.usage,
    hint: 'Name the presets.db of the earlier control service, such as /app/data/presets.db.',
    cause,
  });
}

/** @throws UserError where the file is no such database */
export async function importPredecessor(
  host: Host,
  path: string,
  { presets, funnels }: { readonly presets: PresetStore; readonly funnels: FunnelStore },
): Promise<Imported> {
  if (!host.exists(path)) throw refuse(path, 'does not exist');
  const connection = await openConnection(path);
  const skipped: string[] = [];
  const counts = { presets: 0, funnels: 0 };
  const take = (kind: keyof typeof counts, row: Row, work: () => void) => {
    try {
      work();
      counts[kind]++;
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal && !(error instanceof z.ZodError || error instanceof DamagedRow)) throw error;
      skipped.push(
        `${kind.slice(0, -1)} ${String(row.name)}: ${refusal?.message ?? 'its content is damaged'}`,
      );
    }
  };
  try {
    const tables = connection.rows("select name from sqlite_master where type = 'table'", [], (row) =>
      text(row, 'name'),
    );
    if (!tables.includes('config_presets')) throw refuse(path, 'has no table config_presets');
    for (const row of connection.rows('select * from config_presets order by id', [], (one) => one)) {
      take('presets', row, () => void presets.create(presetOf(row)));
    }
    if (tables.includes('funnels')) {
      for (const row of connection.rows('select * from funnels order by id', [], (one) => one)) {
        take('funnels', row, () => void funnels.create(funnelOf(row)));
      }
    }
    return { ...counts, skipped };
  } catch (error) {
    if (error instanceof UserError && error.code.startsWith('ledger-')) {
      throw refuse(path, 'is no SQLite database', error);
    }
    throw error;
  } finally {
    connection.close();
  }
}
