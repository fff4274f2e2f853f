/** Who started, stopped and changed what, newest first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';

type Entry = Calls['/api/v2/audit']['get']['answer']['entries'][number];

export function Audit() {
  const entries = useSignal<readonly Entry[] | undefined>(undefined);
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/audit', { query: { limit: 100 } });
      entries.value = data.entries;
    });
  }, [entries]);
  const { value: all } = entries;
  if (!all) return null;
  return (
    <section>
      <h2>Audit log</h2>
      {all.length === 0 ? (
        <p class="soft">Nothing has been started, stopped or changed yet.</p>
      ) : (
        <ScrollArea label="Audit log" maxHeight="20rem">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ id, at, who, action, subject, detail }) => (
                <tr key={id}>
                  <td>{new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })}</td>
                  <td>{who}</td>
                  <td class="breaks">
                    {action} {subject} <span class="soft">{detail}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </section>
  );
}
