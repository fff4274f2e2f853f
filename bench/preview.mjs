// How long the page takes to show what a day will look like, from a change of a setting to the drawn numbers, at 50,000
// visits a day, in a browser whose processor is slowed four times; and what the processor does of it, part by part.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startService } from '../scripts/start-service.mjs';
import { start } from './children.mjs';

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '100' },
    visits: { type: 'string', default: '50000' },
    slowed: { type: 'string', default: '4' },
    root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
  },
});
const CHANGES = Number(values.changes);
const VISITS = Number(values.visits);
const SLOWED = Number(values.slowed);
/** Milliseconds of a tick of the processor times in `/proc`. */
const TICK_MS = 10;
/** Between two keystrokes of somebody who types fast. */
const KEYSTROKE_MS = 100;
/** Until somebody changes the next setting: what comes of the last one is over. */
const PAUSE_MS = 700;
const WARM_UP = 8;

/** Processor time of one process so far, in ms. */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The process that plans: the only child of the service. */
function plannerOf(pid) {
  const below = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return below
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
}

/** In the page: notes when a preview is asked for, when its answer is there, and when its numbers are drawn. */
function watch() {
  const times = { changed: 0, asked: 0, answered: 0, requests: 0 };
  const own = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    const isPreview = String(args[0]).endsWith('/previews');
    if (isPreview) {
      times.asked = performance.now();
      times.requests++;
    }
    const answer = await own(...args);
    if (isPreview) times.answered = performance.now();
    return answer;
  };
  const type = (text) => {
    const field = document.querySelector('#setting-TARGET_VISITS_PER_DAY');
    field.value = text;
    times.changed = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  globalThis.change = (texts, keystrokeMs) =>
    new Promise((resolve) => {
      const wanted = Number(texts.at(-1)).toLocaleString('en-US');
      times.requests = 0;
      const aside = document.querySelector('.aside');
      const watcher = new MutationObserver(() => {
        if (!aside.querySelector('.amount')?.textContent.startsWith(`${wanted} `)) return;
        watcher.disconnect();
        // The frame with the numbers has been handed over when the next one begins.
        requestAnimationFrame(() => {
          const { changed, asked, answered, requests } = times;
          const drawn = performance.now();
          resolve({
            total: drawn - changed,
            debounce: asked - changed,
            answer: answered - asked,
            page: drawn - answered,
            requests,
          });
        });
      });
      watcher.observe(aside, { subtree: true, childList: true, characterData: true });
      for (const [i, text] of texts.entries()) setTimeout(type, i * keystrokeMs, text);
    });
}

const sorted = (all) => [...all].sort((a, b) => a - b);
const percentile = (all, share) => sorted(all)[Math.min(all.length - 1, Math.floor(all.length * share))];

/** Changes one after the other. @param textsOf what is typed for the change of this number */
async function measure(page, cdp, pid, textsOf) {
  const samples = [];
  const busy = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const before = { page: await busy(), service: processorMs(pid), planners: new Map() };
  for (const planner of plannerOf(pid)) before.planners.set(planner, processorMs(planner));
  for (let i = 0; i < CHANGES; i++) {
    samples.push(
      await page.evaluate(([texts, ms]) => globalThis.change(texts, ms), [textsOf(i), KEYSTROKE_MS]),
    );
    await page.waitForTimeout(PAUSE_MS);
  }
  // A process that was ended and begun anew is counted from its beginning.
  const planning = plannerOf(pid).reduce(
    (sum, planner) => sum + processorMs(planner) - (before.planners.get(planner) ?? 0),
    0,
  );
  return {
    samples,
    isRestarted: plannerOf(pid).some((planner) => !before.planners.has(planner)),
    work: {
      page: ((await busy()) - before.page) / CHANGES,
      service: (processorMs(pid) - before.service) / CHANGES,
      planning: planning / CHANGES,
    },
  };
}

function report(name, { samples, work, isRestarted }) {
  const row = (part, share) =>
    Math.round(
      percentile(
        samples.map((one) => one[part]),
        share,
      ),
    );
  const within = samples.filter(({ total }) => total <= 300).length / samples.length;
  console.log(`\n${name}: ${(within * 100).toFixed(0)} % within 300 ms`);
  for (const part of ['debounce', 'answer', 'page', 'total']) {
    const [p50, p95, max] = [0.5, 0.95, 1].map((share) => String(row(part, share)).padStart(5));
    console.log(`${part.padEnd(9)} p50 ${p50} ms  p95 ${p95} ms  max ${max} ms`);
  }
  const round = (ms) => ms.toFixed(1);
  console.log(
    `a change takes processor time of ${round(work.page)} in the page (slowed), ${round(work.service)} in the service, ${round(work.planning)} in the process that plans${isRestarted ? ' (begun anew)' : ''}; ${(samples.reduce((sum, one) => sum + one.requests, 0) / samples.length).toFixed(1)} requests`,
  );
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (!executablePath) throw new Error('Chromium is needed: apt-get install chromium');
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-preview-'));
const { child, login } = await startService(start, values.root, folder);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  console.log(`load before: ${loadavg()[0].toFixed(2)}`);
  const page = await browser.newPage();
  await page.addInitScript(watch);
  await page.goto(login);
  await page.waitForURL('**/ui');
  await page.goto(`${new URL(login).origin}/ui/traffic`);
  await page.waitForSelector('.aside .column', { timeout: 60_000 });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  const once = (i) => [String(VISITS + i * 7)];
  for (let i = 1; i <= WARM_UP; i++) await page.evaluate((texts) => globalThis.change(texts, 0), once(-i));
  report('one change', await measure(page, cdp, child.pid, once));
  const typed = (i) => {
    const text = String(VISITS + 20_000 + i * 7);
    return Array.from(text, (_, length) => text.slice(0, length + 1));
  };
  report(`typed, ${KEYSTROKE_MS} ms a key`, await measure(page, cdp, child.pid, typed));
} finally {
  await browser.close();
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
