/** The service as a process of its own, and the page of it in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

export const BINARY = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
/** For whatever a test waits for: a slow machine takes its time, and what never comes fails all the same. */
export const PATIENCE_MS = 120_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** @throws where it is not installed: that is a failure, not a reason to skip */
export function programPath(names: readonly string[], debianPackage: string): string {
  const folders = (process.env.PATH ?? '').split(':');
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${names[0]} is needed: apt-get install ${debianPackage}`);
  return found;
}

export function openBrowser(): Promise<Browser> {
  const executablePath = programPath(NAMES, 'chromium');
  return chromium.launch({ executablePath, args: QUIET, timeout: PATIENCE_MS });
}

export interface ServedPage {
  /** Without a path. */
  readonly url: string;
  readonly folder: string;
  readonly key: string;
  readonly child: ChildProcess;
  /** A page that is logged in, in a profile of its own. */
  open(browser: Browser, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer) => {
      text += chunk;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () => reject(new Error(`The service has ended: ${text}`)));
  });
}

/** The embedded endpoint as a server of its own. @param args of `sink` besides the port */
export async function startSink(
  args: readonly string[] = [],
): Promise<{ url: string; close(): Promise<void> }> {
  const child = spawn(process.execPath, [BINARY, 'sink', '--port', '0', ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await printed(child, /(http:\/\/127\.0\.0\.1:\d+)/);
  return {
    url,
    async close() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** A test asks more often than a person does. */
const COMMON = ['--port', '0', '--rate-limit', '100000'];

/** @param args of `serve` besides the port */
export async function servePage(
  args: readonly string[] = [],
  folder = mkdtempSync(join(tmpdir(), 'trafficinator-browser-')),
  env: Readonly<Record<string, string>> = {},
): Promise<ServedPage> {
  const child = spawn(process.execPath, [BINARY, 'serve', ...COMMON, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TRAFFICINATOR_STATE_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const login = await printed(child, /(http:\/\/\S+\/login#\S+)/);
  const { origin } = new URL(login);
  const key = readFileSync(join(folder, 'control.key'), 'utf8').trim();
  return {
    url: origin,
    folder,
    key,
    child,
    async open(browser, options) {
      const page = await browser.newPage(options);
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(`${origin}/login`);
      await page.fill('#key', key);
      await page.click('button');
      await page.waitForURL(`${origin}/ui`);
      return page;
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await new Promise((resolve) => child.once('close', resolve));
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface Scene {
  readonly browser: Browser;
  readonly service: ServedPage;
}

/** A browser and a service for all tests of a file, which are closed after them. */
export function setScene(): Scene {
  let opened: { readonly browser: Browser; readonly service: ServedPage } | undefined;
  const scene = () => {
    if (opened === undefined) throw new Error('The scene is set when the first test begins');
    return opened;
  };
  beforeAll(async () => {
    const browser = await openBrowser();
    opened = {
      browser,
      service: await servePage().catch(async (error) => {
        await browser.close();
        throw error;
      }),
    };
  });
  afterAll(async () => {
    // Each is closed whatever comes of the other.
    await Promise.all([opened?.browser.close(), opened?.service.close()]);
  });
  return {
    get browser() {
      return scene().browser;
    },
    get service() {
      return scene().service;
    },
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page as it stands, a line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which no content security policy keeps out.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    // Defined by the script above.
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    return (await axe.run()).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

/** What can be clicked and not be come to by keyboard, a line each. */
export async function mouseOnly(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const { result } = await cdp.send('Runtime.evaluate', {
    // The cells of a grid take the focus one at a time, and it hears of all of them.
    expression: `[...document.querySelectorAll('body *')]
      .filter((one) => getEventListeners(one).click && !one.matches(
        'a[href], button, input, select, textarea, summary, dialog, [tabindex], [role="grid"], [contenteditable], [contenteditable] *'))
      .map((one) => one.outerHTML.slice(0, 120))`,
    includeCommandLineAPI: true,
    returnByValue: true,
  });
  await cdp.detach();
  return result.value;
}

/** What is smaller than a finger needs, 44 pixels, a line each. Ticks count with their label. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(`
    [...document.querySelectorAll('button:not(.link), .button, select, summary, nav a, input, .check, .tick')]
      .filter((one) => !one.matches(':is(.check, .tick) input'))
      .flatMap((one) => {
        const { width, height } = one.getBoundingClientRect();
        const isSmall = width > 0 && height < 44;
        return isSmall ? [one.tagName + ' ' + one.textContent.slice(0, 30) + ': ' + height] : [];
      })`);
}

/** How many pixels of the page stand out of the window on the right. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
