/**
 * Writes `src/data/browsers.json`: the browsers and devices that visitors use, one record per line.
 *
 *   npm install --save-dev caniuse-lite@latest electron-to-chromium@latest && node scripts/refresh/browsers.mjs
 *
 * Versions and release dates come from `caniuse-lite` (CC BY 4.0), Chromium's builds from `electron-to-chromium`
 * (ISC); a build that it does not know is interpolated by release date. Shares, models and screens are written here.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { agents } = require('caniuse-lite');
const electronBuilds = Object.keys(require('electron-to-chromium/full-chromium-versions'));

const DAY_MS = 86_400_000;
/** Weights of the newest releases by rank, then of the one nearest to an age in days. */
const SELF_UPDATING = { ranks: [50, 27, 8, 4, 2.5], ages: { 130: 3.5, 250: 2.5, 400: 1.6, 620: 0.9 } };
const WITH_VETERANS = { ranks: [50, 27, 8, 4], ages: { 250: 4, 620: 2, 1000: 1.6 } };
const FEW = { ranks: [62, 38], ages: {} };
const ONLY_NEWEST = { ranks: [1], ages: {} };

const SCREENS = {
  windows: [
    ['1920x1080', 0.43],
    ['1536x864', 0.2],
    ['2560x1440', 0.14],
    ['1366x768', 0.07],
    ['1280x720', 0.05],
    ['3840x2160', 0.04],
    ['3440x1440', 0.04],
    ['1440x900', 0.03],
  ],
  mac: [
    ['1440x900', 0.2],
    ['1512x982', 0.22],
    ['1470x956', 0.18],
    ['1728x1117', 0.15],
    ['1920x1080', 0.1],
    ['2560x1440', 0.1],
    ['1680x1050', 0.05],
  ],
  linux: [
    ['1920x1080', 0.6],
    ['2560x1440', 0.25],
    ['1366x768', 0.15],
  ],
  chromebook: [
    ['1366x768', 0.6],
    ['1536x864', 0.4],
  ],
  iphone: [
    ['390x844', 0.26],
    ['393x852', 0.26],
    ['402x874', 0.17],
    ['430x932', 0.13],
    ['440x956', 0.1],
    ['414x896', 0.05],
    ['375x667', 0.03],
  ],
  ipad: [
    ['820x1180', 0.4],
    ['810x1080', 0.24],
    ['834x1194', 0.16],
    ['744x1133', 0.12],
    ['1024x1366', 0.08],
  ],
  android: [
    ['360x800', 0.36],
    ['384x832', 0.28],
    ['412x915', 0.36],
  ],
};

/** Model as Chrome reports it, Android version, screen, weight, speed. */
const PHONES = [
  ['SM-S942B', '17.0.0', '360x780', 5, 0.95],
  ['SM-S948B', '17.0.0', '384x824', 5, 0.9],
  ['SM-S931B', '16.0.0', '360x780', 8, 1],
  ['SM-S938B', '16.0.0', '384x824', 6, 0.95],
  ['SM-S921B', '16.0.0', '360x780', 8, 1.05],
  ['SM-S911B', '16.0.0', '360x780', 7, 1.15],
  ['SM-S901B', '16.0.0', '360x780', 4, 1.3],
  ['SM-A566B', '16.0.0', '384x832', 7, 1.4],
  ['SM-A556B', '16.0.0', '384x832', 7, 1.45],
  ['SM-A546B', '16.0.0', '384x832', 5, 1.55],
  ['SM-A165F', '15.0.0', '384x832', 3, 2],
  ['Pixel 10', '17.0.0', '412x923', 4, 0.95],
  ['Pixel 9a', '17.0.0', '412x923', 3, 1.1],
  ['Pixel 8', '17.0.0', '412x915', 4, 1.1],
  ['24117RN76O', '15.0.0', '393x873', 3, 1.8],
  ['23124RA7EO', '15.0.0', '393x873', 3, 1.9],
  ['CPH2653', '16.0.0', '412x915', 3, 0.95],
  ['moto g84 5G', '15.0.0', '412x915', 2, 1.7],
];
const TABLETS = [
  ['SM-X710', '16.0.0', '800x1280', 4, 1.1],
  ['SM-X210', '16.0.0', '800x1280', 4, 1.7],
  ['SM-X216B', '15.0.0', '800x1280', 2, 1.7],
  ['TB350FU', '15.0.0', '800x1333', 2, 1.8],
];
/** Chromium inside Samsung Internet and Opera, as their release notes say; versions that are not here are left out. */
const SAMSUNG_ENGINES = { 30: 143, 29: 136, 28: 130, 27: 125 };
const OPERA_ENGINES = { 138: 154, 137: 153, 136: 152 };

/** `18.5-18.7` in the data is three releases; they share the first one's date. */
function versionsOf(entry) {
  const [first, last = first] = entry.split('-');
  const [major, from] = first.split('.').map(Number);
  const to = Number(last.split('.')[1]);
  return last === first ? [first] : Array.from({ length: to - from + 1 }, (_, i) => `${major}.${from + i}`);
}

function releases(agent) {
  return Object.entries(agents[agent].release_date)
    .filter(([entry, date]) => date !== null && /^\d+(\.\d+)?(-\d+\.\d+)?$/.test(entry))
    .flatMap(([entry, date]) => versionsOf(entry).map((version) => ({ version, releasedMs: date * 1000 })))
    .sort((a, b) => b.releasedMs - a.releasedMs);
}

const CHROME = releases('chrome');
const EDGE = releases('edge');
const FIREFOX = releases('firefox');
const SAFARI = releases('safari');
const SAMSUNG = releases('samsung').filter(({ version }) => version in SAMSUNG_ENGINES);
const OPERA = releases('opera').filter(({ version }) => version in OPERA_ENGINES);

/** Releases with weights: the newest by rank and a tail by age. */
function spread(list, { ranks, ages }) {
  const chosen = ranks.slice(0, list.length).map((weight, rank) => ({ ...list[rank], weight }));
  for (const [days, weight] of Object.entries(ages)) {
    const wantedMs = list[0].releasedMs - Number(days) * DAY_MS;
    const distance = (release) => Math.abs(release.releasedMs - wantedMs);
    const nearest = list.reduce((best, release) => (distance(release) < distance(best) ? release : best));
    if (chosen.every((release) => release.version !== nearest.version)) {
      chosen.push({ ...nearest, weight });
    }
  }
  return chosen;
}

function date(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Straight line through the known points `[ms, build]`, continued at both ends. */
function interpolate(points, ms) {
  const after = points.findIndex(([at]) => at >= ms);
  const right = after === -1 ? points.length - 1 : Math.max(after, 1);
  const [[leftMs, leftBuild], [rightMs, rightBuild]] = [points[right - 1], points[right]];
  return Math.round(leftBuild + ((ms - leftMs) / (rightMs - leftMs)) * (rightBuild - leftBuild));
}

function patchOf(version) {
  return 40 + ((Number(version) * 37) % 120);
}

/** Early builds of a milestone have a small patch number: those never were a stable release. */
const stableBuilds = new Map(
  electronBuilds
    .map((build) => build.split('.').map(Number))
    .filter(([, , , patch]) => patch >= 40)
    .map(([major, , branch, patch]) => [major, { branch, patch }]),
);
const chromiumPoints = CHROME.toReversed()
  .filter(({ version }) => stableBuilds.has(Number(version)))
  .map(({ version, releasedMs }) => [releasedMs, stableBuilds.get(Number(version)).branch]);

function chromiumVersion(major) {
  const known = stableBuilds.get(Number(major));
  if (known !== undefined) {
    return `${major}.0.${known.branch}.${known.patch}`;
  }
  const { releasedMs } = CHROME.find(({ version }) => version === String(major));
  return `${major}.0.${interpolate(chromiumPoints, releasedMs)}.${patchOf(major)}`;
}

/** Edge and Opera count their own builds, about two and one and a quarter a day. */
const EDGE_POINTS = [
  [Date.UTC(2024, 10, 14), 2903],
  [Date.UTC(2025, 9, 31), 3595],
];
const OPERA_POINTS = [
  [Date.UTC(2025, 6, 2), 5543],
  [Date.UTC(2025, 10, 13), 5705],
];

function ownVersion(points, { version, releasedMs }) {
  return `${version}.0.${interpolate(points, releasedMs)}.${patchOf(version)}`;
}

/** Chromium's own scheme: an invented brand and the order of the three change with the milestone. */
function brandLists(chromium, brand, version, fullVersion) {
  const seed = Number(chromium);
  const marks = [' ', '(', ':', '-', '.', '/', ')', ';', '=', '?', '_'];
  const greased = ['8', '99', '24'][seed % 3];
  const name = `Not${marks[seed % 11]}A${marks[(seed + 1) % 11]}Brand`;
  const orders = ['012', '021', '102', '120', '201', '210'];
  const order = [...orders[seed % 6]].map(Number);
  const arrange = (list) => order.map((_, place) => list[order.indexOf(place)]);
  return {
    brands: arrange([
      { brand: name, version: greased },
      { brand: 'Chromium', version: String(chromium) },
      { brand, version },
    ]),
    fullVersionList: arrange([
      { brand: name, version: `${greased}.0.0.0` },
      { brand: 'Chromium', version: chromiumVersion(chromium) },
      { brand, version: fullVersion },
    ]),
  };
}

function chromiumAgent(system, chromium, mobile, product = '') {
  const safari = `${mobile ? ' Mobile' : ''} Safari/537.36${product}`;
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chromium}.0.0.0${safari}`;
}

const records = [];

/** Adds one record per release and shares `weight` among them. */
function add(common, weight, list, build) {
  const total = list.reduce((sum, release) => sum + release.weight, 0);
  for (const release of list) {
    const { ua, uadata = null } = build(release);
    records.push({
      device: common.device,
      weight: Number(((weight * release.weight) / total).toPrecision(4)),
      os: common.os,
      browser: common.browser,
      ua,
      uadata,
      screens: common.screens,
      speed: common.speed,
      releasedOn: date(release.releasedMs),
    });
  }
}

const WINDOWS = { system: 'Windows NT 10.0; Win64; x64', platform: 'Windows', mobile: false, model: '' };
const MAC = { system: 'Macintosh; Intel Mac OS X 10_15_7', platform: 'macOS', mobile: false, model: '' };
const LINUX = { system: 'X11; Linux x86_64', platform: 'Linux', mobile: false, model: '' };
const CHROMEBOOK = { system: 'X11; CrOS x86_64 14541.0.0', platform: 'Chrome OS', mobile: false, model: '' };

function android(model, platformVersion, mobile) {
  return { system: 'Linux; Android 10; K', platform: 'Android', mobile, model, platformVersion };
}

function hints({ mobile, model, platform, platformVersion }, lists) {
  return { ...lists, mobile, model, platform, platformVersion };
}

function chrome(machine) {
  return ({ version }) => ({
    ua: chromiumAgent(machine.system, version, machine.mobile),
    uadata: hints(machine, brandLists(version, 'Google Chrome', version, chromiumVersion(version))),
  });
}

function edge(machine) {
  return (release) => {
    const { version } = release;
    const own = ownVersion(EDGE_POINTS, release);
    const product = machine.platform === 'Android' ? ` EdgA/${version}.0.0.0` : ` Edg/${version}.0.0.0`;
    return {
      ua: chromiumAgent(machine.system, version, machine.mobile, product),
      uadata: hints(machine, brandLists(version, 'Microsoft Edge', version, own)),
    };
  };
}

function opera(machine) {
  return (release) => {
    const chromium = OPERA_ENGINES[release.version];
    const own = ownVersion(OPERA_POINTS, release);
    return {
      ua: chromiumAgent(machine.system, chromium, machine.mobile, ` OPR/${release.version}.0.0.0`),
      uadata: hints(machine, brandLists(chromium, 'Opera', release.version, own)),
    };
  };
}

function samsung(machine) {
  return ({ version }) => {
    const chromium = SAMSUNG_ENGINES[version];
    const ua = chromiumAgent(machine.system, chromium, machine.mobile);
    return {
      ua: ua.replace(' Chrome/', ` SamsungBrowser/${version}.0 Chrome/`),
      uadata: hints(
        machine,
        brandLists(chromium, 'Samsung Internet', `${version}.0`, `${version}.0.0.${patchOf(version)}`),
      ),
    };
  };
}

function firefox(system, gecko) {
  return ({ version }) => ({
    ua: `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/${gecko ?? `${version}.0`} Firefox/${version}.0`,
  });
}

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

function twoPart(version) {
  return version.includes('.') ? version : `${version}.0`;
}

/** Since Safari 26 iPhones and iPads name the last system of 2025, whatever they run. */
function appleSystem(version) {
  const [major] = version.split('.').map(Number);
  return major >= 26 ? '18_7' : twoPart(version).replace('.', '_');
}

function safariOnMac({ version }) {
  return { ua: `Mozilla/5.0 (${MAC.system}) ${WEBKIT} Version/${twoPart(version)} Safari/605.1.15` };
}

function safariOn(device) {
  return ({ version }) => ({
    ua: `Mozilla/5.0 (${device} ${appleSystem(version)} like Mac OS X) ${WEBKIT} Version/${twoPart(version)} Mobile/15E148 Safari/604.1`,
  });
}

function chromeOnApple(device, system) {
  return ({ version }) => ({
    ua: `Mozilla/5.0 (${device} ${system} like Mac OS X) ${WEBKIT} CriOS/${chromiumVersion(version)} Mobile/15E148 Safari/604.1`,
  });
}

function named(list, weights) {
  return Object.entries(weights).map(([version, weight]) => {
    const release = list.find((candidate) => twoPart(candidate.version) === version);
    if (release === undefined) {
      throw new Error(`No release ${version} in the data.`);
    }
    return { ...release, weight };
  });
}

const WINDOWS_11 = { ...WINDOWS, platformVersion: '19.0.0' };
const WINDOWS_11_OLDER = { ...WINDOWS, platformVersion: '15.0.0' };
const WINDOWS_10 = { ...WINDOWS, platformVersion: '10.0.0' };

function desktop(os, browser, screens, speed) {
  return { device: 'desktop', os, browser, screens, speed };
}

function addDesktops() {
  const windows = SCREENS.windows;
  add(desktop('Windows', 'Chrome', windows, 0.8), 13, spread(CHROME, SELF_UPDATING), chrome(WINDOWS_11));
  add(desktop('Windows', 'Chrome', windows, 0.95), 4, spread(CHROME, FEW), chrome(WINDOWS_11_OLDER));
  add(desktop('Windows', 'Chrome', windows, 1.3), 4, spread(CHROME, WITH_VETERANS), chrome(WINDOWS_10));
  const mac = (platformVersion) => chrome({ ...MAC, platformVersion });
  add(
    desktop('macOS', 'Chrome', SCREENS.mac, 0.7),
    4,
    spread(CHROME, { ranks: [50, 27, 8], ages: { 250: 3 } }),
    mac('26.6.0'),
  );
  add(desktop('macOS', 'Chrome', SCREENS.mac, 0.75), 2, spread(CHROME, FEW), mac('15.7.2'));
  add(
    desktop('Linux', 'Chrome', SCREENS.linux, 0.75),
    1,
    spread(CHROME, FEW),
    chrome({ ...LINUX, platformVersion: '' }),
  );
  const chromebook = chrome({ ...CHROMEBOOK, platformVersion: '16463.54.0' });
  add(
    desktop('Chrome OS', 'Chrome', SCREENS.chromebook, 1.4),
    0.7,
    spread(CHROME.slice(1), ONLY_NEWEST),
    chromebook,
  );
  const edgeSpread = spread(EDGE, { ranks: [44, 32, 10, 4], ages: { 250: 2, 620: 1 } });
  add(desktop('Windows', 'Edge', windows, 0.8), 8.5, edgeSpread, edge(WINDOWS_11));
  add(
    desktop('macOS', 'Edge', SCREENS.mac, 0.75),
    0.5,
    spread(EDGE, ONLY_NEWEST),
    edge({ ...MAC, platformVersion: '26.6.0' }),
  );
  const firefoxSpread = { ranks: [40, 32, 10], ages: { 130: 5, 500: 5, 1060: 1.5 } };
  add(
    desktop('Windows', 'Firefox', windows, 0.85),
    3.2,
    spread(FIREFOX, firefoxSpread),
    firefox(WINDOWS.system, '20100101'),
  );
  add(
    desktop('macOS', 'Firefox', SCREENS.mac, 0.75),
    0.9,
    spread(FIREFOX, FEW),
    firefox('Macintosh; Intel Mac OS X 10.15', '20100101'),
  );
  add(
    desktop('Linux', 'Firefox', SCREENS.linux, 0.8),
    0.9,
    spread(FIREFOX, FEW),
    firefox(LINUX.system, '20100101'),
  );
  const onMac = { 27.2: 26, '27.0': 14, 26.6: 36, 26.5: 8, 26.4: 4, 18.6: 9, 17.6: 2.4 };
  add(desktop('macOS', 'Safari', SCREENS.mac, 0.7), 8, named(SAFARI, onMac), safariOnMac);
  add(desktop('Windows', 'Opera', windows, 0.85), 1.3, spread(OPERA, FEW), opera(WINDOWS_11));
}

/** Each model has the newest release and an older one, a different one from model to model. */
function addModels(device, models, weight, mobile) {
  const older = [1, 1, 2, 1, 3, 1, 8, 1, 12];
  const total = models.reduce((sum, model) => sum + model[3], 0);
  for (const [index, [model, platformVersion, screen, share, speed]] of models.entries()) {
    const list = [
      { ...CHROME[0], weight: 58 },
      { ...CHROME[older[index % older.length]], weight: older[index % older.length] > 3 ? 14 : 42 },
    ];
    const common = { device, os: 'Android', browser: 'Chrome', screens: [[screen, 1]], speed };
    add(common, (weight * share) / total, list, chrome(android(model, platformVersion, mobile)));
  }
}

function addPhones() {
  const phone = (os, browser, screens, speed) => ({ device: 'phone', os, browser, screens, speed });
  const iphone = 'iPhone; CPU iPhone OS';
  const onIphone = {
    27.2: 24,
    '27.0': 16,
    26.6: 38,
    26.5: 7,
    26.4: 2,
    26.3: 2,
    18.6: 8,
    17.6: 1.6,
    16.6: 0.8,
  };
  add(phone('iOS', 'Safari', SCREENS.iphone, 1), 20, named(SAFARI, onIphone), safariOn(iphone));
  add(phone('iOS', 'Chrome', SCREENS.iphone, 1.05), 1.6, spread(CHROME, FEW), chromeOnApple(iphone, '26_6'));
  addModels('phone', PHONES, 17.6, true);
  const galaxies = [
    [android('SM-S931B', '16.0.0', true), 1.1, { 30: 1 }],
    [android('SM-S921B', '16.0.0', true), 1, { 30: 3, 29: 1 }],
    [android('SM-A556B', '16.0.0', true), 1, { 30: 3, 28: 0.3 }],
    [android('SM-A546B', '16.0.0', true), 0.3, { 29: 3, 27: 1 }],
  ];
  for (const [machine, weight, versions] of galaxies) {
    const list = Object.entries(versions).map(([version, share]) => ({
      ...SAMSUNG.find((release) => release.version === version),
      weight: share,
    }));
    add(phone('Android', 'Samsung Internet', [['360x780', 1]], 1.3), weight, list, samsung(machine));
  }
  add(
    phone('Android', 'Firefox', SCREENS.android, 1.3),
    0.9,
    spread(FIREFOX, FEW),
    firefox('Android 16; Mobile'),
  );
  add(
    phone('Android', 'Edge', SCREENS.android, 1.3),
    0.5,
    spread(EDGE, ONLY_NEWEST),
    edge(android('SM-A566B', '16.0.0', true)),
  );
}

function addTablets() {
  const tablet = (os, browser, screens, speed) => ({ device: 'tablet', os, browser, screens, speed });
  const ipad = 'iPad; CPU OS';
  add(
    tablet('iPadOS', 'Safari', SCREENS.ipad, 1.05),
    2.2,
    named(SAFARI, { 27.2: 3, 26.6: 5, 18.6: 2 }),
    safariOn(ipad),
  );
  add(
    tablet('iPadOS', 'Chrome', SCREENS.ipad, 1.1),
    0.2,
    spread(CHROME, ONLY_NEWEST),
    chromeOnApple(ipad, '26_6'),
  );
  addModels('tablet', TABLETS, 1.4, false);
  const galaxyTab = samsung(android('SM-X710', '16.0.0', false));
  add(
    tablet('Android', 'Samsung Internet', [['800x1280', 1]], 1.2),
    0.2,
    spread(SAMSUNG, ONLY_NEWEST),
    galaxyTab,
  );
}

addDesktops();
addPhones();
addTablets();
const lines = records.map((record) => JSON.stringify(record));
writeFileSync(new URL('../../src/data/browsers.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
process.stdout.write(`${records.length} records\n`);
