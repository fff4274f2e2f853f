/** Everything that was set up, as one file: exported, and imported after a look at what it would change. */
import { call } from '../../api/client.ts';
import type { Bundle, BundleImport } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { FileButton } from '../../components/files/file-button.tsx';
import { download } from '../../components/files/files.ts';
import { attempt, notify } from '../../components/notices.tsx';

const exportAll = () =>
  attempt(async () => {
    const { data } = await call('get', '/api/v2/bundle');
    download('trafficinator-bundle.json', `${JSON.stringify(data, null, 2)}\n`, 'application/json');
  });

const ACTIONS = { add: 'is added', change: 'is changed', same: 'stays as it is' } as const;

function Changes({ changes }: { changes: BundleImport['changes'] }) {
  return (
    <ul>
      {changes.map(({ kind, name, action }) => (
        <li key={`${kind} ${name}`}>
          {kind} <strong>{name}</strong> {ACTIONS[action]}
        </li>
      ))}
    </ul>
  );
}

function read(text: string): Bundle {
  try {
    // The service checks it before anything is changed.
    return JSON.parse(text) as Bundle;
  } catch {
    throw new Error('This is not a file that was exported here: it has no JSON.');
  }
}

const importAll = (text: string) =>
  attempt(async () => {
    const bundle = read(text);
    const { data } = await call('post', '/api/v2/bundle/compare', { body: { bundle } });
    const changes = data.changes.filter(({ action }) => action !== 'same');
    if (changes.length === 0) {
      notify('Nothing to import: everything in the file is here already.');
      return;
    }
    const number = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
    const isConfirmed = await ask({
      title: `Import ${number}?`,
      text: <Changes changes={changes} />,
      confirm: `Import ${number}`,
    });
    if (!isConfirmed) return;
    await call('post', '/api/v2/bundle/import', { body: { bundle, digest: data.digest } });
    notify(`${number} imported. What the file does not name stays as it is.`);
  });

export function BundleFile() {
  return (
    <section class="stack">
      <h2>Everything in one file</h2>
      <p class="soft">Settings, presets, funnels, pages, events and schedules, without tokens.</p>
      <div class="row">
        <button type="button" onClick={exportAll}>
          Export
        </button>
        <FileButton label="Import" accept=".json" onText={(text) => void importAll(text)} />
      </div>
    </section>
  );
}
