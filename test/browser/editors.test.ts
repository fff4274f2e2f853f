import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { askAt } from '../server/harness.ts';
import { accessibilityProblems, setScene } from './page.ts';

const scene = setScene();

const textOf = (page: Page) => page.locator('#editor .cm-content').innerText();

async function openEditor(page: Page, place: 'pages' | 'events'): Promise<void> {
  await page.goto(`${scene.service.url}/ui/${place}`);
  await expect.poll(() => textOf(page)).toMatch(/.{100}/s);
}

async function replaceText(page: Page, text: string): Promise<void> {
  await page.locator('#editor .cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

const TEN_PAGES = Array.from({ length: 10 }, (_, i) => `https://www.example.com/shop/page-${i}`);

describe('the editor of pages', () => {
  it.each(['light', 'dark'] as const)(
    'shows a wrong line in the margin, and goes to it from the list, in %s',
    async (colorScheme) => {
      const page = await scene.service.open(scene.browser, { colorScheme });
      await openEditor(page, 'pages');
      const lines = [...TEN_PAGES.slice(0, 4), 'not an address', ...TEN_PAGES.slice(4)];
      await replaceText(page, `${lines.join('\n')}\n`);
      const finding = page.getByRole('button', { name: /^Line 5: expected an http/ });
      await finding.waitFor();
      await page.locator('.cm-lint-marker-error').waitFor();
      const distance = async () => {
        const [marker, line] = await Promise.all([
          page.locator('.cm-lint-marker-error').boundingBox(),
          page.locator('.cm-line', { hasText: 'not an address' }).boundingBox(),
        ]);
        return Math.abs((marker?.y ?? 0) - (line?.y ?? 1000));
      };
      await expect.poll(distance).toBeLessThan(12);
      await finding.click();
      await expect.poll(() => page.locator('.cm-activeLine').innerText()).toBe('not an address');
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Discard' }).click();
      await expect.poll(() => textOf(page)).not.toContain('not an address');
      await page.close();
    },
  );

  it('is left by Tab, and saves what was typed', async () => {
    const page = await scene.service.open(scene.browser);
    await openEditor(page, 'pages');
    await replaceText(page, `${TEN_PAGES.join('\n')}\n`);
    await page.getByText('10 pages in 1 categories').waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator('#editor :focus').count()).toBe(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByText('yours', { exact: true }).waitFor();
    expect(await page.getByText('Somebody else').count()).toBe(0);
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('built in', { exact: true }).waitFor();
    await page.close();
  });

  it('keeps what is typed while it saves', async () => {
    const page = await scene.service.open(scene.browser);
    await openEditor(page, 'pages');
    await replaceText(page, `${TEN_PAGES.join('\n')}\n`);
    await page.getByText('10 pages in 1 categories').waitFor();
    await page.route('**/api/urls', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      const response = await route.fetch();
      await replaceText(page, `${TEN_PAGES.slice(1).join('\n')}\n`);
      return route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await textOf(page)).not.toContain('page-0');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => textOf(page)).toContain('page-0');
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('built in', { exact: true }).waitFor();
    await page.close();
  });

  it('takes what is typed while it loads what somebody else has saved, and asks before that is overwritten', async () => {
    const page = await scene.service.open(scene.browser);
    await openEditor(page, 'pages');
    const post = async (path: string, body: unknown) => {
      const { status, text } = await askAt(scene.service.url + path, { key: scene.service.key, body });
      expect(status, text).toBeLessThan(300);
    };
    let release = () => {};
    const typed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const loads: string[] = [];
    await page.route('**/api/urls', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch();
      loads.push(await response.text());
      await typed;
      return route.fulfill({ response });
    });
    await post('/api/urls', { content: `${TEN_PAGES.join('\n')}\n` });
    await expect.poll(() => loads.join()).toContain('page-9');
    await replaceText(page, `${TEN_PAGES.slice(1).join('\n')}\n`);
    release();
    const notice = page.getByText('Somebody else has changed this.');
    await notice.waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click();
    expect(await textOf(page)).not.toContain('page-0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else has saved changes').waitFor();
    await page.getByRole('button', { name: 'Overwrite theirs' }).click();
    await page.getByText('9 pages in 1 categories').waitFor();
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    // Of another part of the store, nothing is said here.
    await replaceText(page, `${TEN_PAGES.slice(2).join('\n')}\n`);
    const before = loads.length;
    await post('/api/presets', { name: 'Other', config: { target_visits_per_day: 5000 } });
    await expect.poll(() => loads.length).toBeGreaterThan(before);
    await page.getByText('8 pages in 1 categories').waitFor();
    expect(await notice.count()).toBe(0);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('built in', { exact: true }).waitFor();
    await page.close();
  });

  it('takes the addresses of a sitemap', async () => {
    const page = await scene.service.open(scene.browser);
    await openEditor(page, 'pages');
    const urls = TEN_PAGES.map((url) => `<url><loc> ${url} </loc></url>`).join('');
    const buffer = Buffer.from(`<?xml version="1.0"?><urlset>${urls}</urlset>`);
    await page
      .getByLabel('From a sitemap')
      .setInputFiles({ name: 'sitemap.xml', mimeType: 'application/xml', buffer });
    await page.getByText('10 pages in 1 categories').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.close();
  });

  it('asks before pages that somebody else has saved meanwhile are overwritten', async () => {
    const [first, second] = [
      await scene.service.open(scene.browser),
      await scene.service.open(scene.browser),
    ];
    for (const page of [first, second]) {
      await page.route('**/api/v2/stream*', (route) => route.abort());
      await openEditor(page, 'pages');
    }
    await replaceText(first, 'https://www.example.com/a\tA\n');
    await first.getByRole('button', { name: 'Save' }).click();
    await first.getByText('Saved.').waitFor();
    await replaceText(second, 'https://www.example.com/b\tB\n');
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByText('Somebody else has saved changes').waitFor();
    await second.getByRole('button', { name: 'Cancel' }).click();
    await first.reload();
    await expect.poll(() => textOf(first)).toContain('/a');
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByRole('button', { name: 'Overwrite theirs' }).click();
    await second.getByText('Saved.').waitFor();
    await first.reload();
    await expect.poll(() => textOf(first)).toContain('/b');
    await first.close();
    await second.close();
  });
});

describe('the editor of events', () => {
  it('says which line of the JSON is wrong: a comma, and an entry', async () => {
    const page = await scene.service.open(scene.browser);
    await openEditor(page, 'events');
    await replaceText(
      page,
      '{"click_events": [\n  {"category": "A", "action": "b", "name": "c"}\n  {}\n]}\n',
    );
    await page.getByRole('button', { name: /^Line 3: Invalid JSON/ }).waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await replaceText(
      page,
      '{"click_events": [\n  {"category": "A", "action": "b", "name": "c"},\n  {"category": "A", "action": 5, "name": "c"}\n]}\n',
    );
    await page.getByRole('button', { name: /^Line 3: .*entry 2, action must be/ }).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.close();
  });

  it('shows samples of visits as they will be sent, the events marked', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/events`);
    await page.getByRole('button', { name: 'Show planned visits with events' }).click();
    const first = page.locator('.planned > li').first();
    await first.waitFor();
    expect(await first.locator('.marked').count()).toBeGreaterThan(0);
    expect(await first.locator('.marked').first().textContent()).toContain('triggers the event');
    await page.close();
  });
});
