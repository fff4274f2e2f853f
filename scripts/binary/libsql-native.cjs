/**
 * libsql's native part inside the self-contained executable: written to a folder that only this process knows, loaded,
 * and taken away again.
 */
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { getRawAsset } = require('node:sea');

function loadFrom(parent) {
  const folder = mkdtempSync(join(parent, 'trafficinator-'));
  try {
    const path = join(folder, 'libsql.node');
    writeFileSync(path, Buffer.from(getRawAsset('libsql.node')), { mode: 0o700 });
    const addon = { exports: {} };
    process.dlopen(addon, path);
    return addon.exports;
  } finally {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Windows keeps a loaded library until the process ends.
    }
  }
}

function load() {
  const parents = [tmpdir(), process.env.TRAFFICINATOR_STATE_DIR].filter(Boolean);
  const failures = [];
  for (const parent of parents) {
    try {
      return loadFrom(parent);
    } catch (error) {
      failures.push(`${parent} (${error.message})`);
    }
  }
  process.stderr.write(
    `The ledger's library could not be loaded from ${failures.join(' nor from ')}.\n` +
      '  hint: Set TMPDIR to a folder that can be written to and from which libraries may be loaded.\n',
  );
  throw new Error('libsql could not be loaded');
}

module.exports = load();
