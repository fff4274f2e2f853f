import { describe, expect, it } from 'vitest';
import { loadPages, parseUrls } from '../../../src/config/files/urls.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

function messagesOf(text: string): string[] {
  try {
    parseUrls(text, 'urls.txt');
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('parseUrls', () => {
  it('splits URL and title at a tab or two spaces', () => {
    expect(parseUrls('https://x.example/a\tPage A\nhttps://x.example/b   Page  B  \r\n', 'urls.txt')).toEqual(
      [
        { url: 'https://x.example/a', title: 'Page A' },
        { url: 'https://x.example/b', title: 'Page  B' },
      ],
    );
  });

  it('reads over comments and blank lines', () => {
    expect(parseUrls('# pages\n\n  # more\nhttps://x.example/a\tA\n', 'urls.txt')).toHaveLength(1);
  });

  it.each([
    ['https://x.example/news/spring-sale.html', 'Spring sale'],
    ['https://x.example/news/', 'News'],
    ['https://x.example/f%C3%A4rg_och_form', 'Färg och form'],
    ['https://x.example/%E0%A4%A', '%E0%A4%A'],
    ['https://x.example/', 'x.example'],
  ])('titles %s as %s where no title is given', (url, title) => {
    expect(parseUrls(url, 'urls.txt')).toEqual([{ url, title }]);
  });

  it('tells every bad line by its number', () => {
    const messages = messagesOf(
      'https://x.example/a One space\n/relative\tA\nhttps://x.example/b\tB\nftp://x.example/\tC\n',
    );
    expect(messages.map((message) => /line (\d+)/.exec(message)?.[1])).toEqual(['1', '2', '4']);
  });

  it('refuses a list without URLs', () => {
    expect(messagesOf('# nothing\n')).toEqual(['urls.txt must contain at least one URL, but has none.']);
  });
});

describe('loadPages', () => {
  const files = {
    '/package/urls.txt': 'https://built.in/\tBuilt in',
    '/work/own.txt': 'https://own.example/\tOwn',
  };

  it("takes the user's file, else the built-in one", () => {
    const host = createFakeHost({ files });
    expect([loadPages(host, 'own.txt')[0]?.title, loadPages(host, undefined)[0]?.title]).toEqual([
      'Own',
      'Built in',
    ]);
  });

  it('finds nothing wrong with the built-in list', () => {
    const pages = loadPages(createFakeHost({ files: packageFiles() }), undefined);
    expect(pages.length).toBeGreaterThanOrEqual(2000);
  });

  it('refuses a file that is not there', () => {
    expect(() => loadPages(createFakeHost({ files }), 'gone.txt')).toThrow('gone.txt does not exist');
  });
});
