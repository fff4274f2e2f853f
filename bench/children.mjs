// Child processes: each is waited for, bounded in time, and ended by its own id.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const HWM_EVERY_MS = 20;
const living = new Set();

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

export function start(file, args, options) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}

/** Peak resident memory so far in megabytes, as the kernel counts it; undefined where it does not tell. */
function peakMegabytes(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs a process to its end, with the processor time of all of its threads and children, in seconds: a shell that waits
 * for them is told by the system.
 */
export async function runTimed(file, args, options) {
  const shell = ['-c', `TIMEFORMAT='cpu %U %S'; time "$0" "$@"`, file, ...args];
  const result = await run('bash', shell, options);
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(result.stderr) ?? [];
  if (user === undefined) throw new Error(`bash did not tell the time of ${file}: ${result.stderr}`);
  return { ...result, cpuSeconds: Number(user) + Number(system) };
}

/**
 * Runs a process to its end.
 * @param limits `stopAfterMs`: when it is asked to end (SIGTERM); `timeoutMs`: when it must have
 * @returns what it wrote, its exit code, and its peak memory
 */
export function run(file, args, { env, cwd, stopAfterMs, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const child = start(file, args, { env, cwd });
    let stdout = '';
    let stderr = '';
    let peakMb = 0;
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const watch = setInterval(() => {
      peakMb = peakMegabytes(child.pid) ?? peakMb;
    }, HWM_EVERY_MS);
    const stop = stopAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), stopAfterMs);
    const kill = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(watch);
      clearTimeout(stop);
      clearTimeout(kill);
      if (signal === 'SIGKILL') reject(new Error(`${args.join(' ')} did not end within ${timeoutMs} ms`));
      else resolve({ stdout, stderr, code, peakMb });
    });
  });
}

/** The last line that a process wrote, as JSON. */
export function lastJson({ stdout, stderr, code }) {
  const line = stdout.trimEnd().split('\n').at(-1);
  if (!line?.startsWith('{')) throw new Error(`expected JSON, found exit code ${code}: ${stdout}${stderr}`);
  return JSON.parse(line);
}
