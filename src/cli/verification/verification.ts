/** Compares the days of one run with Matomo's reports, for all commands that do. */
import { type SentLedger, type VerifyRequest, verify } from '../../job/verify.ts';
import type { TargetAccess } from '../../matomo/http/access.ts';
import { createReportingApi } from '../../matomo/reporting/reporting.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import { verificationText } from '../../report/text/verification-text.ts';
import { type Verification, verificationJson } from '../../report/verification.ts';
import type { CliContext } from '../context.ts';

export interface VerifiedRun extends Omit<VerifyRequest, 'url' | 'today'> {
  readonly runId: number;
  /** Of several targets, which are told apart by their names; undefined for the only one. */
  readonly target: string | undefined;
  readonly timezone: string;
  /** The target itself, and the token that may see its reports. */
  readonly connection: TargetAccess;
}

function write({ host, log }: CliContext, run: VerifiedRun, isJson: boolean, result: Verification): void {
  const { runId, target } = run;
  if (isJson) {
    host.stdout.write(`${JSON.stringify(verificationJson(target, runId, result))}\n`);
    return;
  }
  if (log.isQuiet && result.isEqual) return;
  if (target !== undefined) host.stdout.write(`${target}\n`);
  host.stdout.write(verificationText(result));
}

/** Prints what the reports say. @throws UserError when they cannot be read */
export async function verifyRun(
  context: CliContext,
  ledger: SentLedger,
  run: VerifiedRun,
  { isJson, signal }: { readonly isJson: boolean; readonly signal: AbortSignal },
): Promise<Verification> {
  const { clock } = context;
  const { connection, timezone } = run;
  const api = createReportingApi(connection);
  try {
    const today = createCalendar(timezone).dayAt(clock.now()).date;
    const request = { ...run, url: connection.url, today };
    const result = await verify(api, ledger, request, clock, signal);
    write(context, run, isJson, result);
    return result;
  } finally {
    await api.close();
  }
}
