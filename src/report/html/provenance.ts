/** Where a page comes from, and how to get it again. */
import { moment } from './headline.ts';
import { type Markup, markup } from './markup.ts';
import { section } from './page.ts';
import { table } from './table.ts';

/** A setting in force, as people read it: a secret's value is masked already. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

export interface Provenance {
  readonly version: string;
  /** That sends the same traffic once more; holds no secrets. */
  readonly commandLine: string;
  readonly settings: readonly ShownSetting[];
  readonly startedMs: number;
  readonly endedMs: number;
  /** That times are told in. */
  readonly timezone: string;
}

/** More to know of the traffic: its seed, its digest. */
export type Facts = readonly (readonly [name: string, value: string])[];

function settingTable(caption: string, settings: readonly ShownSetting[]): Markup {
  return table(
    caption,
    [
      { title: 'setting', of: ({ name }) => markup`<code>${name}</code>` },
      { title: 'value', of: ({ value }) => value },
      { title: 'from', of: ({ origin }) => origin },
    ],
    settings,
  );
}

export function settingsSection({ settings }: Provenance): Markup {
  const isDefault = ({ origin }: ShownSetting) => origin === 'default';
  const [own, defaults] = [settings.filter((row) => !isDefault(row)), settings.filter(isDefault)];
  const rest = markup`<details><summary>${defaults.length} more settings with defaults</summary>${settingTable('Defaults', defaults)}</details>`;
  return section('Settings', own.length > 0 && settingTable('Settings', own), rest);
}

export function repeatSection({ commandLine }: Provenance, facts: Facts): Markup {
  const again =
    / --again( |$)/.test(commandLine) &&
    markup`<p class="note">--again sends the same days once more, in addition to what was sent.</p>`;
  const rows = facts.map(
    ([name, value]) => markup`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`,
  );
  return section(
    'Run it again',
    markup`<pre><code>${commandLine}</code></pre>${again}<dl class="facts">${rows}</dl>`,
  );
}

export function footerOf({ version, endedMs, timezone }: Provenance): Markup {
  return markup`<p>trafficinator ${version} · written ${moment(endedMs, timezone)}</p>`;
}
