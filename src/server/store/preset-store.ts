/** Presets as files that every command finds by name; what a file must not hold (URL, site, token) is kept beside them. */
import { join } from 'node:path';
import { readPresetValues } from '../../config/presets/preset-layer.ts';
import { findPreset, listPresets, presetDir, purposeOf, readPreset } from '../../config/presets/presets.ts';
import { settingByEnv } from '../../config/schema/settings.ts';
import { envLine, parsedValue, valueText } from '../../config/schema/value-text.ts';
import type { Host } from '../../host.ts';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, orNull, type Row, text } from '../../ledger/sqlite/rows.ts';
import { conflict, notFound } from '../http/refusal.ts';
import { environmentName, isBackfillName, isSecretName, isTargetName } from '../settings/names.ts';
import { withoutLogins } from '../settings/url-logins.ts';
import { MASKED, type Secrets, secretsOf } from './secrets.ts';

type Config = Readonly<Record<string, unknown>>;

export interface StoredPreset {
  readonly id: number;
  /** Of its file, as `--preset` takes it. */
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface PresetInput {
  readonly name: string;
  readonly description: string | null;
  readonly config: Config;
}

export interface PresetStore {
  /** The user's own, newest change first. */
  list(): StoredPreset[];
  get(id: number): StoredPreset;
  /** In snake case; a token that is kept is masked. */
  config(preset: StoredPreset): Record<string, unknown>;
  create(input: PresetInput): StoredPreset;
  change(id: number, change: Partial<PresetInput>): StoredPreset;
  remove(id: number): void;
}

interface PresetRow extends StoredPreset {
  readonly beside: Config;
  readonly digest: string;
}

function rowOf(row: Row): PresetRow {
  const beside = json(row, 'target');
  return {
    id: integer(row, 'id'),
    slug: text(row, 'slug'),
    name: text(row, 'name'),
    description: orNull(text, row, 'description'),
    createdMs: integer(row, 'created_ms'),
    updatedMs: integer(row, 'updated_ms'),
    digest: text(row, 'digest'),
    beside: typeof beside === 'object' && beside !== null ? { ...beside } : {},
  };
}

/** A name that is a file's name too. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .toLowerCase();
  return slug || 'preset';
}

/** What the file holds: settings with right values, but for those of targets and backfills. */
function fileLines(config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) =>
    isForFile(name, value) ? [envLine(environmentName(name), value)] : [],
  );
}

function isForFile(name: string, value: unknown): boolean {
  const env = environmentName(name);
  const setting = settingByEnv(env);
  if (!setting || isTargetOfPreset(env) || isBackfillName(env) || valueText(value) === '') return false;
  return setting.schema.safeParse(valueText(value)).success;
}

/** Timezone and currency belong to what a preset may say. */
function isTargetOfPreset(env: string): boolean {
  return isTargetName(env) && env !== 'TIMEZONE' && env !== 'ECOMMERCE_CURRENCY';
}

function besideOf(config: Config): Record<string, unknown> {
  const entries = Object.entries(config).filter(([name, value]) => {
    const env = environmentName(name);
    return !isForFile(name, value) && !isSecretName(env) && !isBackfillName(env);
  });
  return Object.fromEntries(entries);
}

export function createPresetStore({
  host,
  connection,
  secrets,
  now,
}: {
  readonly host: Host;
  readonly connection: Connection;
  readonly secrets: Secrets;
  readonly now: () => number;
}): PresetStore {
  const rows = () => connection.rows('select * from preset', [], rowOf);
  const own = () => listPresets(host).filter(({ isBuiltIn }) => !isBuiltIn);
  const textOf = (slug: string) => String(readPreset(host, slug).text);

  /** Files that were made, changed or removed by hand or by the command line are taken over. */
  function synchronize(): PresetRow[] {
    const files = new Map(own().map((file) => [file.name, textOf(file.name)]));
    const known = new Map(rows().map((row) => [row.slug, row]));
    const gone = [...known.values()].filter(({ slug }) => !files.has(slug));
    const news = [...files].filter(([slug, content]) => known.get(slug)?.digest !== content);
    if (gone.length + news.length > 0) {
      connection.write(() => {
        for (const { id } of gone) connection.run('delete from preset where id = ?', [id]);
        for (const [slug, content] of news) {
          const purpose = purposeOf({ name: slug, path: '', isBuiltIn: false, text: content });
          connection.run(
            `insert into preset (slug, name, description, digest, target, created_ms, updated_ms) values (?, ?, ?, ?, '{}', ?, ?)
             on conflict (slug) do update set digest = excluded.digest, updated_ms = excluded.updated_ms`,
            [slug, slug, purpose || null, content, now(), now()],
          );
        }
      });
    }
    return rows().sort((a, b) => b.updatedMs - a.updatedMs || b.id - a.id);
  }

  function get(id: number): PresetRow {
    const found = synchronize().find((row) => row.id === id);
    if (!found) throw notFound('Preset');
    return found;
  }

  function refuseDouble(name: string, id?: number): void {
    if (synchronize().some((row) => row.name === name && row.id !== id)) {
      throw conflict('preset-exists', 'Preset name already exists', 'Use another name.');
    }
  }

  function freeSlug(name: string): string {
    const slug = slugOf(name);
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? slug : `${slug}-${number}`;
      // Another one of the user's would be overwritten, a built-in one hidden.
      if (!findPreset(host, candidate)) return candidate;
    }
  }

  function pathOf(slug: string): string {
    const there = own().find(({ name }) => name === slug);
    return there?.path ?? join(presetDir(host), `${slug}.env`);
  }

  function writeFile(slug: string, { name, description, config }: PresetInput): string {
    const purpose = (description ?? name).replace(/\s+/g, ' ').trim();
    const content = `# ${slug}: ${purpose}\n${fileLines(config)
      .map((line) => `${line}\n`)
      .join('')}`;
    const path = pathOf(slug);
    const target =
      path.endsWith('.env') || /\.env\.[^/]+$/.test(path) ? path : join(presetDir(host), `${slug}.env`);
    host.writeFile(target, content);
    if (target !== path) host.removeFile(path);
    return content;
  }

  function config({ slug, id }: StoredPreset): Record<string, unknown> {
    const values = readPresetValues(host, slug).entries.map((entry) => [
      entry.setting.env.toLowerCase(),
      parsedValue(entry),
    ]);
    const kept = [...secrets.read(`preset ${id}`).keys()].map((env) => [env.toLowerCase(), MASKED]);
    const row = rows().find((one) => one.id === id);
    return { ...Object.fromEntries(values), ...row?.beside, ...Object.fromEntries(kept) };
  }

  return {
    list: synchronize,
    get,
    config,
    create(given) {
      const input = { ...given, config: withoutLogins(given.config) };
      refuseDouble(input.name);
      const slug = freeSlug(input.name);
      const content = writeFile(slug, input);
      const { name, description, config: own } = input;
      const values = [slug, name, description, content, JSON.stringify(besideOf(own)), now(), now()];
      const created = connection.write(() => {
        const sql =
          'insert into preset (slug, name, description, digest, target, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?, ?)';
        const { id } = connection.run(sql, values);
        secrets.write(`preset ${id}`, secretsOf(own, new Map()));
        return id;
      });
      return get(created);
    },
    change(id, change) {
      const before = get(id);
      if (change.name !== undefined) refuseDouble(change.name, id);
      const input: PresetInput = {
        name: change.name ?? before.name,
        description: change.description ?? before.description,
        config: change.config ? withoutLogins(change.config) : config(before),
      };
      const content = writeFile(before.slug, input);
      connection.write(() => {
        secrets.write(`preset ${id}`, secretsOf(input.config, secrets.read(`preset ${id}`)));
        connection.run(
          'update preset set name = ?, description = ?, digest = ?, target = ?, updated_ms = ? where id = ?',
          [input.name, input.description, content, JSON.stringify(besideOf(input.config)), now(), id],
        );
      });
      return get(id);
    },
    remove(id) {
      const { slug } = get(id);
      host.removeFile(pathOf(slug));
      secrets.write(`preset ${id}`, new Map());
      synchronize();
    },
  };
}
