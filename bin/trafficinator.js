#!/usr/bin/env node
// Read by every Node.js: the rest is loaded only by one that can read it.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 20 || (major === 20 && minor >= 19)) import('../dist/start.js');
else {
  console.error(
    `error: Requires Node.js 20.19 or newer, but this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exitCode = 2;
}
