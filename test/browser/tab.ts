/** A page in one of the engines that are not Chromium's, driven by scripts: what every browser can do, whatever the protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { expect, vi } from 'vitest';
import { freePort } from '../postgres/server.ts';
import { PATIENCE_MS, programPath, type ServedPage } from './page.ts';

export interface Tab {
  goTo(url: string): Promise<unknown>;
  /** The body of a function in the page. */
  run(script: string): Promise<unknown>;
  resize(width: number, height: number): Promise<unknown>;
  /** Presses the keys together, on what has the focus. */
  keys(...keys: readonly Key[]): Promise<void>;
  close(): Promise<void>;
}

/** What WebDriver calls the keys that have no letter. */
const KEY_CODES = { Enter: '\uE007', Control: '\uE009' } as const;
export type Key = keyof typeof KEY_CODES | 'z';

async function openFirefox(): Promise<Tab> {
  const executablePath = programPath(['firefox-esr', 'firefox'], 'firefox-esr');
  const browser = await puppeteer.launch({
    ...{ browser: 'firefox', executablePath, headless: true },
    ...{ timeout: PATIENCE_MS, protocolTimeout: PATIENCE_MS },
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return {
    goTo: (url) => page.goto(url),
    run: (script) => page.evaluate(`(() => { ${script} })()`),
    resize: (width, height) => page.setViewport({ width, height }),
    async keys(...keys) {
      for (const key of keys) await page.keyboard.down(key);
      for (const key of keys.toReversed()) await page.keyboard.up(key);
    },
    close: () => browser.close(),
  };
}

type Send = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** @returns its path */
async function openSession(send: Send): Promise<string> {
  await vi.waitFor(() => send('GET', '/status'), { timeout: PATIENCE_MS });
  const { sessionId } = (await send('POST', '/session', { capabilities: {} })) as {
    readonly sessionId: string;
  };
  return `/session/${sessionId}`;
}

/** Commands of the W3C's WebDriver protocol; each answers with its value. */
function senderTo(port: number): Send {
  return async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
}

/** WebKitGTK on a screen of its own that nobody sees. */
async function openWebKit(): Promise<Tab> {
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
  const end = async () => {
    for (const child of children) {
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (child.exitCode === null && child.signalCode === null && child.kill()) await ended;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const send = senderTo(port);
  const session = await openSession(send).catch(async (error) => {
    await end();
    throw error;
  });
  return {
    goTo: (url) => send('POST', `${session}/url`, { url }),
    run: (script) => send('POST', `${session}/execute/sync`, { script, args: [] }),
    resize: (width, height) => send('POST', `${session}/window/rect`, { width, height }),
    async keys(...keys) {
      const values = keys.map((key) => (key === 'z' ? key : KEY_CODES[key]));
      const actions = [
        ...values.map((value) => ({ type: 'keyDown', value })),
        ...values.toReversed().map((value) => ({ type: 'keyUp', value })),
      ];
      await send('POST', `${session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
    },
    async close() {
      await send('DELETE', session).finally(end);
    },
  };
}

/** The engines that are not Chromium's, by name. */
export const OTHER_ENGINES = [
  ['Firefox', openFirefox],
  ['WebKitGTK', openWebKit],
] as const;

/** Polled until it is so; a page that is just being left answers nothing. */
const until = (tab: Tab, script: string) =>
  expect.poll(() => tab.run(script).catch(() => undefined), { message: script });

const textIn = (root: string) => `return document.querySelector('${root}')?.innerText ?? ''`;

export const expectText = (tab: Tab, root: string, text: string | RegExp) =>
  typeof text === 'string'
    ? until(tab, textIn(root)).toContain(text)
    : until(tab, textIn(root)).toMatch(text);

export const expectGone = (tab: Tab, selector: string) =>
  until(tab, `return document.querySelectorAll('${selector}').length`).toBe(0);

/** Presses the first button or link inside of `root` whose name matches, as soon as it is there and enabled. */
export const press = (tab: Tab, root: string, name: RegExp) =>
  until(
    tab,
    `const all = [...document.querySelectorAll('${root} button, ${root} a')];
    const found = all.find((one) => !one.disabled && ${name}.test(one.ariaLabel ?? one.textContent));
    found?.click(); return !!found;`,
  ).toBe(true);

/** By keyboard: the button or link gets the focus as soon as it is there, and Enter. */
export async function enter(tab: Tab, root: string, name: RegExp): Promise<void> {
  await until(
    tab,
    `const all = [...document.querySelectorAll('${root} button, ${root} a')];
    const found = all.find((one) => !one.disabled && ${name}.test(one.ariaLabel ?? one.textContent));
    found?.focus(); return !!found && document.activeElement === found;`,
  ).toBe(true);
  await tab.keys('Enter');
}

/** Into a field as soon as it is there. */
export const type = (tab: Tab, selector: string, value: string) =>
  until(
    tab,
    `const field = document.querySelector('${selector}');
    if (!field) return false;
    field.value = '${value}';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return true;`,
  ).toBe(true);

/** A box by its name. */
export const tick = (tab: Tab, root: string, name: RegExp) =>
  until(
    tab,
    `const all = [...document.querySelectorAll('${root} input[type=checkbox]')];
    const found = all.find((one) => ${name}.test((one.ariaLabel ?? one.labels[0]?.textContent ?? '').trim()));
    found?.click(); return !!found;`,
  ).toBe(true);

/** By the key, as somebody who has no link. */
export async function logIn(tab: Tab, { url, key }: Pick<ServedPage, 'url' | 'key'>): Promise<void> {
  await tab.goTo(`${url}/login`);
  await type(tab, '#key', key);
  await press(tab, 'body', /./);
  await expect.poll(() => tab.run('return location.pathname').catch(() => '')).toBe('/ui');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing stands out of the window, and axe-core objects to nothing. */
export async function expectFine(tab: Tab): Promise<void> {
  await until(
    tab,
    'const { scrollWidth, clientWidth } = document.documentElement; return scrollWidth - clientWidth',
  ).toBe(0);
  await tab.run(`${AXE}; delete globalThis.found;
    axe.run().then(({ violations }) => { globalThis.found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => id + ': ' + html.slice(0, 160))).join('\\n'); });`);
  await until(tab, 'return globalThis.found').toBeTypeOf('string');
  expect(await tab.run('return globalThis.found')).toBe('');
}
