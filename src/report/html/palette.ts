/** The colours of reports and of the page, in light and dark: outcomes can be told apart by those who see no red or green. */
export const LIGHT = `
--paper:#fcfbf8;--ink:#1d1c1a;--soft:#66625a;--rule:#e5e1d8;--wash:#f4f1ea;
--good:#0b6e5f;--bad:#b3261e;--warn:#8f5600;
--accepted:#128070;--sent:#3a5fc8;--offered:#8d887d;--rejected:#d98200;--failed:#c8352c;--unknown:#8657c9;--skipped:#979185;
--p50:#6f9bcb;--p95:#2f68a8;--p99:#12335c;--column:#3f77b5;
--t0:#128070;--t1:#c8352c;--t2:#3a5fc8;--t3:#c27600;--t4:#8657c9;--t5:#66625a`;

export const DARK = `
--paper:#171614;--ink:#ece8e0;--soft:#a8a297;--rule:#34312c;--wash:#201f1c;
--good:#5cc9b3;--bad:#ff8a7d;--warn:#efb356;
--accepted:#3fb8a3;--sent:#86a4ff;--offered:#8d887d;--rejected:#efa63c;--failed:#f0665a;--unknown:#b592ee;--skipped:#6b675e;
--p50:#4d76a6;--p95:#6fa6e0;--p99:#d3e5fa;--column:#6fa6e0;
--t0:#3fb8a3;--t1:#f0665a;--t2:#86a4ff;--t3:#efa63c;--t4:#b592ee;--t5:#a8a297`;

/** What is drawn in a colour of its own, and what stands for it in a legend. */
const SERIES = [
  'accepted',
  'sent',
  'offered',
  'rejected',
  'failed',
  'unknown',
  'skipped',
  'p50',
  'p95',
  'p99',
  'column',
] as const;

/** Targets are told apart by so many colours: `target-0` and on. */
export const TARGET_COLOURS = 6;

/** A class for each series that sets its colour. */
export function seriesRules(): string {
  const names = [
    ...SERIES.map((name) => [name, name]),
    ...Array.from({ length: TARGET_COLOURS }, (_, i) => [`target-${i}`, `t${i}`]),
  ];
  return names.map(([name, colour]) => `.${name}{--c:var(--${colour})}`).join('');
}
