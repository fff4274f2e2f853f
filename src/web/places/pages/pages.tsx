/** The pages that visits go to: one address a line, with their tree. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { TextEditor } from '../../components/editor/text-editor.tsx';
import { type Checked, storeFile } from '../../components/files/store-file.ts';
import { Head } from '../../components/head.tsx';
import { Table } from '../../components/table.tsx';

interface Tree {
  readonly total_urls?: number;
  readonly unique_domains?: number;
  readonly categories?: Readonly<Record<string, number>>;
}

const FILE = storeFile('/api/urls', ({ content }) => content);

function Share({ count, most }: { count: number; most: number }) {
  return (
    <>
      <span class="share">
        <i style={{ width: `${(count / most) * 100}%` }} />
      </span>
      {formatNumber(count)}
    </>
  );
}

function PageTree({ checked }: { checked: Checked | undefined }) {
  const tree = useSignal<Tree | undefined>(undefined);
  // The last one that could be read stays while a mistake is in the text.
  useEffect(() => {
    if (checked?.structure) tree.value = checked.structure;
  }, [checked, tree]);
  const categories = Object.entries(tree.value?.categories ?? {}).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...categories.map(([, count]) => count));
  return (
    <section class="card stack">
      <h2>Pages by category</h2>
      <p>
        {formatNumber(tree.value?.total_urls ?? 0)} pages in {formatNumber(categories.length)} categories
      </p>
      <Table
        caption="Categories"
        maxHeight="28rem"
        isNarrow
        columns={[
          { title: 'Category', of: ([name]) => name, isHead: true, look: () => 'breaks' },
          { title: 'Pages', of: ([, count]) => <Share count={count} most={most} />, look: () => 'nowrap' },
        ]}
        rows={categories}
        keyOf={([name]) => name}
      />
    </section>
  );
}

/** Addresses of an XML sitemap, one a line. */
function fromSitemap(text: string): string {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  return [...document.getElementsByTagName('loc')]
    .map(({ textContent }) => textContent?.trim() ?? '')
    .join('\n')
    .concat('\n');
}

export function Pages() {
  return (
    <div class="stack">
      <Head title="Pages">
        <p>
          One address per line; a title may follow after a tab or two spaces. The first folder of an address
          is its category.
        </p>
      </Head>
      <TextEditor
        title="Pages"
        fileName="urls.txt"
        accept=".txt"
        language="text"
        file={FILE}
        imports={[{ label: 'From a sitemap', accept: '.xml', textOf: fromSitemap }]}
      >
        {(_, checked) => <PageTree checked={checked} />}
      </TextEditor>
    </div>
  );
}
