/** What the installed command runs: answers `--version` at once, hands all else to the command line. */
import { createProcessHost } from '../host.ts';

async function start(): Promise<void> {
  const args = process.argv.slice(2);
  const host = createProcessHost();
  if (args[0] === '--version' || args[0] === '-V') {
    const { version } = JSON.parse(host.readFile(`${host.packageDir}/package.json`));
    host.stdout.write(`${version}\n`);
    return;
  }
  const [{ main }, { systemClock }] = await Promise.all([import('./main.ts'), import('../run/clock.ts')]);
  process.exitCode = await main(args, host, systemClock);
}

await start();
