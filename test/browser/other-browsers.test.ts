/** From the login to the first visit and to a backfill that is done, in the two engines that are not Chromium's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PATIENCE_MS, programPath, type ServedPage, servePage } from './page.ts';

const FIRST_VISIT = /accepts what is sent: [1-9]/;

let service: ServedPage;
beforeEach(async () => {
  service = await servePage();
});
afterEach(() => service.close());

/** What every browser can do, whatever the protocol. */
interface Tab {
  goTo(url: string): Promise<unknown>;
  /** The body of a function in the page. */
  run(script: string): Promise<unknown>;
}

const text = ({ run }: Tab) => run('return document.body.innerText').catch(() => '');

/** Presses the first button inside of `root` whose text matches, as soon as it is there and enabled. */
const press = ({ run }: Tab, root: string, pattern: RegExp) =>
  expect
    .poll(
      () =>
        run(`const button = [...document.querySelectorAll('${root} button')]
          .find(({ textContent, disabled }) => !disabled && ${pattern}.test(textContent));
          button?.click(); return !!button;`).catch(() => false),
      { timeout: PATIENCE_MS },
    )
    .toBe(true);

const type = ({ run }: Tab, selector: string, value: string) =>
  run(`const field = document.querySelector('${selector}');
    if (field.type === 'checkbox') field.click();
    else { field.value = '${value}'; field.dispatchEvent(new Event('input', { bubbles: true })); }`);

/** Yesterday, to the embedded endpoint. */
async function fillYesterday(tab: Tab): Promise<void> {
  await tab.goTo(`${service.url}/ui/backfill`);
  const count = () => tab.run(`return !!document.querySelector('#setting-TARGET_VISITS_PER_DAY')`);
  await expect.poll(() => count().catch(() => false), { timeout: PATIENCE_MS }).toBe(true);
  await type(tab, 'main input[type=checkbox]', '');
  await type(tab, '#setting-TARGET_VISITS_PER_DAY', '20');
  await press(tab, 'main', /^Yesterday$/);
  await press(tab, 'main', /^Count the visits$/);
  await press(tab, 'main', /^Send \d+ visits$/);
  await press(tab, 'dialog', /^Send \d+ visits$/);
  await expect.poll(() => text(tab), { timeout: PATIENCE_MS }).toContain('These days are locked now');
}

describe('Firefox', () => {
  it('goes from the login to the first visit, and fills a day', async () => {
    const executablePath = programPath(['firefox-esr', 'firefox'], 'firefox-esr');
    const browser = await puppeteer.launch({
      ...{ browser: 'firefox', executablePath, headless: true },
      ...{ timeout: PATIENCE_MS, protocolTimeout: PATIENCE_MS },
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${service.url}/login`);
      await page.type('#key', service.key);
      await page.click('button');
      await (
        await page.waitForSelector('::-p-text(Send the first visits)', { timeout: PATIENCE_MS })
      )?.click();
      await page.waitForFunction(`${FIRST_VISIT}.test(document.body.innerText)`, { timeout: PATIENCE_MS });
      expect(await page.title()).toBe('Overview · trafficinator');
      await fillYesterday({
        goTo: (url) => page.goto(url),
        run: (script) => page.evaluate(`(() => { ${script} })()`),
      });
    } finally {
      await browser.close();
    }
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No port')),
      );
    });
  });
}

interface Driver {
  /** A command of the W3C's WebDriver protocol; its value. */
  command(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

type Send = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** @returns its path */
async function openSession(send: Send): Promise<string> {
  await expect.poll(() => send('GET', '/status').catch(() => undefined)).toBeDefined();
  const { sessionId } = (await send('POST', '/session', { capabilities: {} })) as {
    readonly sessionId: string;
  };
  return `/session/${sessionId}`;
}

/** WebKitGTK on a screen of its own that nobody sees. */
async function openWebKit(): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-webkit-'));
  const port = await freePort();
  const driver = programPath(['WebKitWebDriver'], 'webkit2gtk-driver');
  const screen = programPath(['Xvfb'], 'xvfb');
  const display = `:${port}`;
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, DISPLAY: display, XDG_RUNTIME_DIR: folder },
    // As root in a container there is no sandbox to be had, and no graphics card.
    ...{ WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  };
  const children: ChildProcess[] = [
    spawn(screen, [display, '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: 'ignore' }),
    spawn(driver, [`--port=${port}`], { env, stdio: 'ignore' }),
  ];
  const send: Send = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const end = async () => {
    for (const child of children) {
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (child.exitCode === null && child.signalCode === null && child.kill()) await ended;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const session = await openSession(send).catch(async (error) => {
    await end();
    throw error;
  });
  return {
    command: (method, path, body) => send(method, `${session}${path}`, body),
    async close() {
      await send('DELETE', session).finally(end);
    },
  };
}

describe('WebKitGTK', () => {
  it('goes from the login to the first visit, and fills a day', async () => {
    const browser = await openWebKit();
    const run = (script: string, ...args: readonly unknown[]) =>
      browser.command('POST', '/execute/sync', { script, args });
    try {
      await browser.command('POST', '/url', { url: `${service.url}/login` });
      await run(
        `document.querySelector('#key').value = arguments[0]; document.querySelector('button').click();`,
        service.key,
      );
      const tab: Tab = { goTo: (url) => browser.command('POST', '/url', { url }), run };
      await press(tab, 'main', /^Send the first visits$/);
      await expect
        .poll(() => run('return document.body.innerText'), { timeout: PATIENCE_MS })
        .toMatch(FIRST_VISIT);
      expect(await browser.command('GET', '/title')).toBe('Overview · trafficinator');
      await fillYesterday(tab);
    } finally {
      await browser.close();
    }
  });
});
