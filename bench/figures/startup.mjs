// Start-up: from the start of the process to its end, against a Node that does nothing.
const TIMEOUT_MS = 20_000;

export const title = 'start-up';
export const unit = 'ms';
export const fewestRounds = 21;

export function plan({ bin, node }) {
  const timed = (...args) =>
    async function measure() {
      const startMs = performance.now();
      const { code } = await node(args, {}, { timeoutMs: TIMEOUT_MS });
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
      return { value: performance.now() - startMs };
    };
  const bare = 'node -e 0';
  return {
    conditions: [],
    sides: [
      { name: bare, measure: timed('-e', '0') },
      { name: '--version', measure: timed(bin, '--version'), against: bare, wanted: { atMost: 1.6 } },
      { name: '--help', measure: timed(bin, '--help'), against: bare },
    ],
  };
}
