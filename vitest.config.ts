import { defineConfig } from 'vitest/config';

const isLong = process.env.TEST_LONG === '1';
const results = process.env.TEST_RESULTS;

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  test: {
    // Those that start processes wait for the real clock: a busy machine must not fail `npm test`.
    include: isLong ? ['test/{browser,long,process}/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: isLong ? [] : ['test/{browser,long,process}/**'],
    testTimeout: isLong ? 900_000 : 60_000,
    hookTimeout: isLong ? 300_000 : 60_000,
    // A slow machine takes its time; what never comes fails all the same.
    expect: { poll: { timeout: isLong ? 120_000 : 50_000 } },
    // By default one core is left idle, which on two cores is half of them.
    maxWorkers: '100%',
    // No test mocks a module or leaves state in one: loading them once for all files saves a third of the time.
    isolate: false,
    ...(results ? { reporters: ['default', 'json'], outputFile: { json: results } } : {}),
  },
});
