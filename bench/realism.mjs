// How near the scenarios come to published figures: node bench/realism.mjs [--pictures], which also draws docs/realism/.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bars, lines } from './realism/pictures.mjs';
import { distanceOf, FIGURES } from './realism/published.mjs';
import { inverseGaussian, logNormal, overdispersion, survivalSlope } from './realism/shapes.mjs';

const PICTURES = new URL('../docs/realism/', import.meta.url);

async function measured() {
  const outfile = fileURLToPath(new URL(`results/realism-${process.pid}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL('realism/measure.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['libsql'],
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  try {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME };
    return JSON.parse(execFileSync(process.execPath, [outfile], { env, maxBuffer: 2 ** 30 }).toString());
  } finally {
    rmSync(outfile);
  }
}

const number = (value) => (value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3));

function printFigures(presets) {
  process.stdout.write(
    '\nfigure                                             preset   published    ours     distance\n',
  );
  for (const figure of FIGURES) {
    const { value, low, high, distance } = distanceOf(figure, presets.get(figure.preset));
    const range =
      low === high ? number(low) : `${number(Math.min(low, high))}-${number(Math.max(low, high))}`;
    const row = [
      figure.what.padEnd(50),
      figure.preset.padEnd(8),
      range.padEnd(12),
      number(value).padEnd(8),
      `${distance > 0 ? '+' : ''}${(distance * 100).toFixed(0)} %`,
    ];
    process.stdout.write(`${row.join(' ')}\n${''.padEnd(2)}${figure.source}\n`);
  }
}

function printShapes(presets) {
  process.stdout.write('\nshape, and the largest distance between the distribution functions (0 to 1)\n');
  for (const { name, pageviews, onPages, gaps, days } of presets.values()) {
    const pages = inverseGaussian(pageviews);
    const time = logNormal(onPages);
    process.stdout.write(
      `${name.padEnd(8)} pages of a visit: inverse Gaussian (Huberman and others 1998), ${pages.distance.toFixed(3)}\n` +
        `${''.padEnd(8)} time on a page: log-normal (TeBlunthuis and others 2019), ${time.distance.toFixed(3)}; median ${time.median.toFixed(0)} s, published 25 s for Wikipedia\n` +
        `${''.padEnd(8)} days between visits: slope ${survivalSlope(gaps).toFixed(2)}, published -0.6 (Montgomery and Faloutsos 2001)\n` +
        `${''.padEnd(8)} visits of a day: variance to mean ${overdispersion(days).toFixed(1)}, 1 by chance alone\n`,
    );
  }
}

const share = (values, from, to) =>
  values.filter((value) => value >= from && value <= to).length / values.length;

function bucketsOf(values, buckets, cumulative) {
  return buckets.map(([label, from, to]) => ({
    label,
    ours: share(values, from, to),
    ...(cumulative ? { published: cumulative(to) - (from <= 1 ? 0 : cumulative(from - 1)) } : {}),
  }));
}

const PAGES = [
  ['1', 1, 1],
  ['2', 2, 2],
  ['3', 3, 3],
  ['4', 4, 4],
  ['5', 5, 5],
  ['6-7', 6, 7],
  ['8-10', 8, 10],
  ['11-14', 11, 14],
  ['15-20', 15, 20],
  ['21+', 21, 1000],
];
const DURATIONS = [
  ['0-10 s', 0, 10],
  ['11-30 s', 11, 30],
  ['31-60 s', 31, 60],
  ['1-2 min', 61, 120],
  ['2-4 min', 121, 240],
  ['4-7 min', 241, 420],
  ['7-10 min', 421, 600],
  ['10-15 min', 601, 900],
  ['15-30 min', 901, 1800],
  ['30+ min', 1801, 1e9],
];
const GAPS = [
  ['hours', 0, 0.9999],
  ['1 day', 1, 1.9999],
  ['2 days', 2, 2.9999],
  ['3-4', 3, 4.9999],
  ['5-7', 5, 7.9999],
  ['8-14', 8, 14.9999],
  ['15-30', 15, 30.9999],
  ['31-60', 31, 60.9999],
  ['61-90', 61, 1000],
];

function draw(presets, from) {
  mkdirSync(PICTURES, { recursive: true });
  const save = (name, text) => writeFileSync(new URL(`${name}.svg`, PICTURES), text);
  const [shop, content] = [presets.get('shop'), presets.get('content')];
  const dateOf = (i) => new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10);
  const last = shop.days.length - 1;
  save(
    'days',
    lines(
      'Visits of a day, 600 on average over the years',
      [...presets.values()].map(({ name, days }) => ({ name, values: days })),
      [0, Math.round(last / 2), last].map((at) => ({ at, text: dateOf(at) })),
    ),
  );
  const pages = inverseGaussian(shop.pageviews);
  save(
    'pages',
    bars(
      'Pageviews of a visit that does not bounce, shop',
      bucketsOf(shop.pageviews, PAGES, pages.cumulative),
    ),
  );
  save('minutes', bars('Length of a visit, shop', bucketsOf(shop.seconds, DURATIONS)));
  save('gaps', bars('Time since the last visit, content', bucketsOf(content.gaps, GAPS)));
  const relative = (ours, mean, published) => ({ ours: ours / mean, published });
  const { devices, channels, loyalty, all } = shop;
  save(
    'bounces',
    bars(
      'Bounce rate against the average, shop',
      [
        { label: 'desktop', ...relative(devices.desktop.bounce, all.bounce, 43 / 47) },
        { label: 'phone', ...relative(devices.phone.bounce, all.bounce, 51 / 47) },
        { label: 'tablet', ...relative(devices.tablet.bounce, all.bounce, 45 / 47) },
        { label: 'new', ...relative(loyalty.new.bounce, all.bounce, 34.8 / 29.9) },
        { label: 'returning', ...relative(loyalty.returning.bounce, all.bounce, 24.4 / 29.9) },
        ...['search', 'social', 'direct', 'campaign', 'website'].map((name) => ({
          label: name,
          ours: channels[name].bounce / all.bounce,
        })),
      ],
      (value) => value.toFixed(2),
    ),
  );
  const PUBLISHED = [0.075, 0.035, undefined, 0.025];
  save(
    'checkout',
    bars(
      'Visits that come so far, shop',
      shop.steps.map(({ step, share: ours }, i) => ({
        label: step,
        ours,
        ...(PUBLISHED[i] === undefined ? {} : { published: PUBLISHED[i] }),
      })),
      (value) => `${(value * 100).toFixed(1)}%`,
    ),
  );
}

mkdirSync(new URL('results/', import.meta.url), { recursive: true });
const { from, presets: list } = await measured();
const presets = new Map(list.map((preset) => [preset.name, preset]));
printFigures(presets);
printShapes(presets);
if (process.argv.includes('--pictures')) draw(presets, from);
