/** What Matomo's reports show of a run: the command line's own check, in a process of its own. */
import * as z from 'zod';
import { conflict } from '../../../http/refusal.ts';
import { type Call, defineRoute } from '../../../http/route.ts';
import { runCommand } from '../../../jobs/process/command.ts';
import { isEnded } from '../../../store/job-store.ts';
import { givenValues } from '../given.ts';
import { runId } from '../shapes.ts';

const LONGEST_MS = 300_000;

const verification = z.object({
  isEqual: z.boolean(),
  exitCode: z.int(),
  results: z.array(z.looseObject({})),
  errors: z.array(
    z.object({ message: z.string(), code: z.string().nullable(), hint: z.string().nullable() }),
  ),
});

const asked = z.strictObject({
  waitSeconds: z.int().min(0).max(240).default(0),
  /** For this comparison only: the tokens of a run are forgotten when it has ended, unless they are to be remembered. */
  tokens: z.record(z.string().max(100), z.string().max(500)).default({}),
});
type Asked = z.output<typeof asked>;

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

/** One for each run of the ledger that the job has made: one for each target. */
async function verify({ service, signal }: Call, id: number, { waitSeconds, tokens }: Asked) {
  const given = givenValues(tokens, true);
  const { jobs, host, clock } = service;
  const row = jobs.row(id);
  if (!isEnded(row.state)) throw conflict('at-work', 'The run is running', 'Verify it when it has ended.');
  if (row.request.isSink) throw conflict('embedded', 'The embedded endpoint ended with its run');
  const ledgerRuns = await jobs.ledgerRuns(id);
  const results: Readonly<Record<string, unknown>>[] = [];
  const errors: { message: string; code: string | null; hint: string | null }[] = [];
  const exitCodes: number[] = [];
  for (const run of ledgerRuns) {
    const args = ['verify', '--run', String(run), '--json', '--log-format', 'json'];
    const wait = waitSeconds > 0 ? ['--wait', `${waitSeconds}s`] : [];
    const end = await runCommand(
      { host, clock },
      jobs.lookAt(id, [...args, ...wait], given),
      LONGEST_MS,
      signal,
    );
    results.push(...end.records);
    for (const { message, code, hint } of end.errors) {
      errors.push({ message: textOf(message) ?? 'It failed', code: textOf(code), hint: textOf(hint) });
    }
    exitCodes.push(end.exitCode);
  }
  if (ledgerRuns.length === 0) throw conflict('nothing-sent', 'The run has sent nothing');
  return {
    isEqual: exitCodes.every((code) => code === 0),
    exitCode: Math.max(...exitCodes),
    results,
    errors,
  };
}

export const verificationRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/runs/{id}/verification',
    tag: 'Runs',
    summary: "Compare what a run sent with what Matomo's reports show",
    role: 'write',
    limit: 20,
    params: runId,
    body: asked.default({ waitSeconds: 0, tokens: {} }),
    answers: { 200: { description: 'The comparison; look at isEqual and errors', schema: verification } },
    handle: async ({ params, body }, call) => ({ json: await verify(call, params.id, body) }),
  }),
];
