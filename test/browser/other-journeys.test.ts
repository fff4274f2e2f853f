/** Longer ways that people go, in the two engines that are not Chromium's. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ServedPage, servePage, startSink } from './page.ts';
import { enter, expectGone, expectText, logIn, OTHER_ENGINES, press, type Tab, type } from './tab.ts';

const TOKEN = 'a'.repeat(32);

/** The value of a field. */
const fieldText = (tab: Tab, selector: string) =>
  tab.run(`return document.querySelector('${selector}')?.value`);

/** As if somebody had chosen the file. */
const chooseFile = (tab: Tab, name: string, text: string) =>
  expect
    .poll(() =>
      tab.run(`const input = document.querySelector('main input[type=file]');
        if (!input) return false;
        const files = new DataTransfer();
        files.items.add(new File([${JSON.stringify(text)}], '${name}'));
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        return true;`),
    )
    .toBe(true);

describe.each(OTHER_ENGINES)('%s', (_, open) => {
  let tab: Tab;
  let service: ServedPage;
  beforeAll(async () => {
    [tab, service] = await Promise.all([open(), servePage()]);
  });
  afterAll(async () => {
    await tab?.close();
    await service?.close();
  });

  it('pauses a run, resumes it and stops it', async () => {
    await logIn(tab, service);
    await press(tab, 'main', /^Send the first visits$/);
    await expectText(tab, 'main', /accepts what is sent: [1-9]/);
    await press(tab, 'main', /^Pause$/);
    await expectText(tab, 'main .state', 'Paused');
    await press(tab, 'main', /^Resume$/);
    await expectText(tab, 'main .state', 'Running');
    await press(tab, 'main', /^Stop$/);
    await press(tab, 'dialog', /^Stop$/);
    await expectText(tab, 'main .state', 'Stopped');
  });

  it('fills past days of a server, and finds in its reports what was sent', async () => {
    const server = await startSink();
    onTestFinished(() => server.close());
    await tab.goTo(`${service.url}/ui/backfill`);
    await type(tab, '#setting-MATOMO_URL', server.url);
    await type(tab, '#setting-MATOMO_TOKEN_AUTH', TOKEN);
    await type(tab, '#setting-TARGET_VISITS_PER_DAY', '20');
    await press(tab, 'main', /^Last 7 days$/);
    await press(tab, 'main', /^Count the visits$/);
    await press(tab, 'main', /^Send \d+ visits$/);
    await press(tab, 'dialog', /^Send \d+ visits$/);
    await expectText(tab, 'main', 'These days are locked now');
    await press(tab, 'main', /^Compare with Matomo’s reports$/);
    await expectText(tab, 'main', 'Matomo’s reports show exactly what was sent.');
  });

  it('builds a funnel by keyboard alone, and asks before it saves over what somebody else has saved', async () => {
    await tab.goTo(`${service.url}/ui/funnels/new`);
    await enter(tab, 'main', /^Purchase$/);
    await enter(tab, 'main', /^Move step 2 down$/);
    await expect.poll(() => fieldText(tab, '#step-1-url')).toBe('https://example.com/cart');
    await tab.keys('Control', 'z');
    await expect.poll(() => fieldText(tab, '#step-1-url')).toBe('https://example.com/shop/product');
    await enter(tab, 'main', /^Save$/);
    await expect.poll(() => tab.run('return location.pathname')).toMatch(/funnels\/\d+$/);
    await expectText(tab, '.notices', 'Saved.');
    const path = String(await tab.run('return location.pathname')).replace('/ui', '/api');
    // Another window has saved meanwhile.
    await tab.run(`globalThis.done = false; fetch('${path}').then((answer) => answer.json()).then(({ name, config }) =>
      fetch('${path}', { method: 'PUT', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, ...config, description: 'Theirs' }) })
      .then(({ status }) => { globalThis.done = status; }));`);
    await expect.poll(() => tab.run('return globalThis.done')).toBe(200);
    await type(tab, '#step-0-title', 'Mine');
    await press(tab, 'main', /^Save$/);
    await expectText(tab, 'dialog', 'Somebody else has changed this funnel');
    await press(tab, 'dialog', /^Overwrite theirs$/);
    await expectGone(tab, 'dialog');
    // A page with unsaved changes would ask before it is left.
    await expect
      .poll(() => tab.run(`return document.querySelector('main').innerText.includes('Unsaved changes')`))
      .toBe(false);
  });

  it('imports a settings file, and says by line what is wrong in it', async () => {
    await tab.goTo(`${service.url}/ui/traffic`);
    await chooseFile(tab, 'mine.env', 'TARGET_VISITS_PER_DAY=1234\nVISIT_PER_DAYS=1\n');
    await expectText(tab, 'dialog', 'VISIT_PER_DAYS (mine.env line 2) is not a setting.');
    await press(tab, 'dialog', /^Use 1 setting$/);
    await expect.poll(() => fieldText(tab, '#setting-TARGET_VISITS_PER_DAY')).toBe('1234');
  });

  it('says that the service was killed, and goes on when it is back', async () => {
    await tab.goTo(`${service.url}/ui/runs`);
    await expectText(tab, 'main', 'Stopped');
    service.child.kill('SIGKILL');
    await expectText(tab, 'body', 'The service does not respond.');
    const second = await servePage(['--port', new URL(service.url).port], service.folder);
    onTestFinished(() => second.close());
    await expect
      .poll(() => tab.run(`return document.body.innerText.includes('The service does not respond.')`))
      .toBe(false);
    await expectText(tab, 'main', 'Stopped');
  });
});
