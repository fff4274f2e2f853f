/** The pages that visits go to: one address a line, with their tree. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { TextEditor, type TextFile } from '../../components/text-editor.tsx';

interface Tree {
  readonly total_urls?: number;
  readonly unique_domains?: number;
  readonly categories?: Readonly<Record<string, number>>;
}

async function load(): Promise<TextFile> {
  const { data, etag } = await call('get', '/api/urls');
  return { content: data.content, isDefault: data.source !== 'custom', etag };
}

async function check(content: string) {
  const { data } = await call('post', '/api/urls/validate', { body: { content } });
  return { isValid: data.valid, errors: data.errors, warnings: data.warnings };
}

async function save(content: string, etag: string | undefined) {
  const { data } = await call('post', '/api/urls', {
    body: { content },
    ...(etag === undefined ? {} : { ifMatch: etag }),
  });
  return {
    isValid: data.success,
    errors: data.validation?.errors ?? [],
    warnings: data.validation?.warnings ?? [],
  };
}

function PageTree({ content }: { content: string }) {
  const tree = useSignal<Tree | undefined>(undefined);
  useEffect(() => {
    const timer = setTimeout(async () => {
      const answer = await call('post', '/api/urls/validate', { body: { content } }).catch(() => undefined);
      if (answer?.data.structure) tree.value = answer.data.structure as Tree;
    }, 500);
    return () => clearTimeout(timer);
  }, [content, tree]);
  const categories = Object.entries(tree.value?.categories ?? {}).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...categories.map(([, count]) => count));
  return (
    <section class="card stack">
      <h2>Pages by category</h2>
      <p>
        {formatNumber(tree.value?.total_urls ?? 0)} pages in {formatNumber(categories.length)} categories
      </p>
      <ScrollArea label="Categories" maxHeight="28rem">
        <table>
          <thead>
            <tr>
              <th scope="col">Category</th>
              <th scope="col">Pages</th>
            </tr>
          </thead>
          <tbody>
            {categories.map(([name, count]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <span class="share">
                    <i style={{ width: `${(count / most) * 100}%` }} />
                  </span>
                  {formatNumber(count)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}

/** Addresses of an XML sitemap, one a line. */
function fromSitemap(text: string): string {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  return [...document.getElementsByTagName('loc')]
    .map(({ textContent }) => textContent?.trim() ?? '')
    .join('\n');
}

export function Pages() {
  const key = useSignal(0);
  const importSitemap = async (file: File | undefined) => {
    const area = document.querySelector<HTMLTextAreaElement>('#editor');
    if (!file || !area) return;
    area.value = `${fromSitemap(await file.text())}\n`;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return (
    <div class="stack">
      <div class="head">
        <div>
          <h1>Pages</h1>
          <p>
            One address per line; a title may follow after a tab or two spaces. The first folder of an address
            is its category.
          </p>
        </div>
        <label class="button">
          From a sitemap
          <input
            class="hidden-text"
            type="file"
            accept=".xml"
            onChange={({ currentTarget }) => void importSitemap(currentTarget.files?.[0])}
          />
        </label>
      </div>
      <TextEditor
        key={key.value}
        title="Pages"
        fileName="urls.txt"
        accept=".txt"
        load={load}
        check={check}
        save={save}
        reset={() => call('delete', '/api/urls')}
      >
        {(content) => <PageTree content={content} />}
      </TextEditor>
    </div>
  );
}
